import { expect, it } from 'vitest'
import { pageHtml } from './html.ts'

const parts = {
  cspSource: 'https://webview',
  script: 'dashboard.js',
  style: 'dashboard.css',
  nonce: 'n0nce',
  styleNonce: 'style',
  title: '</title><script>alert(1)</script>',
  sweepDir: '"><img src=x onerror=alert(1)>',
  page: 'dashboard',
  name: 'Headway dashboard',
} as const

const scriptsOf = (html: string): string[] =>
  [...html.matchAll(/<script[^>]*>/g)].map(([tag]) => tag)

it('runs the page’s own scripts only, and takes no name for markup', () => {
  const html = pageHtml(parts)
  expect(scriptsOf(html)).toEqual([
    '<script nonce="n0nce">',
    '<script nonce="n0nce" src="dashboard.js">',
  ])
  expect(html).not.toContain('<img')
})

it('keeps early messages where a script takes them over, before the style that scripts wait for', () => {
  const html = pageHtml(parts)
  expect(html.indexOf('window.early = []')).toBeGreaterThan(0)
  expect(html.indexOf('window.early = []')).toBeLessThan(html.indexOf('<link'))
  expect(pageHtml({ ...parts, page: 'summary', name: 'Summary' })).not.toContain('early')
})
