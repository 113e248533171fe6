import { describe, expect, it } from 'vitest'
import { contrast } from './colors.ts'
import { palettes } from './theme.ts'

/** Of VS Code's own themes: the editor's ground and that of its widgets, on which the cards stand. */
const grounds = {
  dark: ['#1f1f1f', '#202020'],
  light: ['#ffffff', '#f8f8f8'],
  highContrast: ['#000000', '#0c141f'],
  highContrastLight: ['#ffffff', '#eeeeee'],
} as const

describe('the palettes', () => {
  it.each(Object.keys(palettes) as (keyof typeof palettes)[])(
    'can be seen on the grounds of %s: 3:1 as WCAG 2.2 asks of graphics',
    (kind) => {
      for (const ground of grounds[kind]) {
        for (const color of palettes[kind]) {
          expect(contrast(color, ground), `${color} on ${ground}`).toBeGreaterThanOrEqual(3)
        }
      }
    },
  )

  it('hold no colour twice', () => {
    for (const colors of Object.values(palettes)) expect(new Set(colors).size).toBe(colors.length)
  })
})
