import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runConfig } from '../../../test/support/runConfig.ts'
import { repository } from '../../../test/support/sources.ts'
import type { RunRecord } from '../../core/runs/records.ts'
import { sampleTexts } from './sampleTexts.ts'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-samples-'))
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

const runOf = (head: RunRecord['config']['head'], data: RunRecord['config']['data']) => ({
  dir: path.join(folder, 'run'),
  record: {
    config: runConfig({ head, data }),
    base: path.join(repository, 'samples'),
  } as RunRecord,
})

describe('the text that a playground begins with', () => {
  it('is the first of the run’s own dev data', async () => {
    const data = (name: string) => ({ train: 'none.tsv', dev: name })
    const sentence = await sampleTexts('sentence', runOf('sentence', data('sentiment/dev.tsv')))
    expect(Object.keys(sentence)).toEqual(['text'])
    const [, first = ''] = fs
      .readFileSync(path.join(repository, 'samples/sentiment/dev.tsv'), 'utf8')
      .split('\n')
    expect(first.split('\t')).toContain(sentence.text)
    const pair = await sampleTexts('pair', runOf('pair', data('pairs/dev.tsv')))
    expect(pair.textPair).toMatch(/\w/)
    const token = await sampleTexts('token', runOf('token', data('ner/dev.conll')))
    expect(token.text.split(' ').length).toBeGreaterThanOrEqual(4)
    const qa = await sampleTexts('qa', runOf('qa', data('qa/dev.json')))
    expect(qa.text).toMatch(/\?$/)
    expect(qa.textPair?.length).toBeGreaterThan(qa.text.length)
  })

  it('is of the training data where dev was split from it', async () => {
    const { text } = await sampleTexts('token', runOf('token', { train: 'ner/train.conll' }))
    expect(text).not.toMatch(/Lovelace/)
  })

  it.each([
    ['sentence', 'gone.tsv'],
    ['pair', 'hub:someone/pairs'],
    ['token', 'broken.conll'],
    ['qa', 'broken.json'],
  ] as const)('is a plain one where there is none: %s', async (head, train) => {
    fs.writeFileSync(path.join(folder, 'broken.conll'), '\u0000\u0001')
    fs.writeFileSync(path.join(folder, 'broken.json'), '{"data": [')
    const run = runOf(head, { train })
    const { text } = await sampleTexts(head, { ...run, record: { ...run.record, base: folder } })
    expect(text).toMatch(/^(A quiet film|The bakery|Ada Lovelace|Where did Ada)/)
  })

  it('is a plain one without a run, or where the first is as long as a book', async () => {
    expect((await sampleTexts('either')).text).toMatch(/^A quiet film/)
    fs.writeFileSync(path.join(folder, 'long.tsv'), `text\tlabel\n${'long '.repeat(9000)}\tgood\n`)
    const run = runOf('sentence', { train: 'long.tsv' })
    const { text } = await sampleTexts('sentence', {
      ...run,
      record: { ...run.record, base: folder },
    })
    expect(text).toMatch(/^A quiet film/)
  })
})
