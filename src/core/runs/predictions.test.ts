import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { readPredictions } from './predictions.ts'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-predictions-'))
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

const sentence = { head: 'sentence', regression: false } as const
const row = { index: 0, line: 2, gold: 'good', predicted: 'bad', probabilities: [0.75, 0.25] }

const write = (text: string): string => {
  const file = path.join(folder, 'predictions.jsonl')
  fs.writeFileSync(file, text)
  return file
}

describe('readPredictions', () => {
  it('knows the lines of each head', () => {
    const token = {
      ...{ index: 0, line: 1, words: ['Ada'], gold: ['B-PER'] },
      ...{ predicted: ['O'], probabilities: [0.6] },
    }
    const answer = {
      ...{ index: 0, line: 1, id: 'q', document: 0, question: 'Who?', gold: [] },
      ...{ predicted: '', start: -1, probability: 0.9, noAnswerScore: 1.5, nbest: [] },
    }
    const score = { index: 0, line: 1, gold: 2.5, predicted: 2 }
    const cases = [
      [sentence, 'classes', row],
      [{ head: 'pair', regression: true }, 'scores', score],
      [{ head: 'token', regression: false }, 'tokens', token],
      [{ head: 'qa', regression: false }, 'answers', answer],
    ] as const
    for (const [config, kind, each] of cases) {
      const read = readPredictions(write(`${JSON.stringify(each)}\n`), config)
      expect(read).toEqual({ kind, rows: [each], damaged: 0 })
    }
  })

  it('says that there is no file', () => {
    expect(readPredictions(path.join(folder, 'none.jsonl'), sentence)).toBeUndefined()
  })

  it('leaves out a torn last line and passes over damaged ones', () => {
    const line = JSON.stringify(row)
    const score = '{"index":1,"line":3,"gold":1,"predicted":2}'
    const read = readPredictions(write(`${line}\n{"ind\n${score}\n${line}\n${line}`), sentence)
    expect(read?.rows).toEqual([row, row])
    expect(read?.damaged).toBe(2)
  })

  it('gives back what was written, also across chunks and in any script', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 30 })
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 20 }), (labels) => {
        const rows = labels.map(([gold, predicted], index) => ({
          ...{ index, line: index + 1, gold, predicted, probabilities: [] },
        }))
        const file = write(rows.map((each) => `${JSON.stringify(each)}\n`).join(''))
        expect(readPredictions(file, sentence)?.rows).toEqual(rows)
      }),
      { numRuns: 30 },
    )
    const rows = Array.from({ length: 3 }, (_, index) => ({ ...row, index, gold: 'é'.repeat(4e5) }))
    const file = write(rows.map((each) => `${JSON.stringify(each)}\n`).join(''))
    expect(readPredictions(file, sentence)?.rows).toEqual(rows)
  })
})
