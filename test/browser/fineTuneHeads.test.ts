import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TaskHead } from '../../src/core/experiment/schema.ts'
import { listSweepDirs, readRun } from '../../src/core/runs/store.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const names = ['Ada', 'Grace', 'Alan', 'Edsger', 'Barbara', 'Donald', 'Frances', 'Kurt']
const numbered = <T>(count: number, make: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at))
const rows = 64

/** Training data for each head, small: what counts is that it runs to its end. */
const files: Readonly<Record<string, string>> = {
  'sentences.csv': [
    'text,label',
    ...numbered(rows, (at) => `"The ${at}th film was ${at % 2 ? 'good' : 'dull'}.",${at % 2}`),
  ].join('\n'),
  'pairs.jsonl': numbered(rows, (at) =>
    JSON.stringify({
      premise: `A man eats apple number ${at}.`,
      hypothesis: at % 2 ? 'Somebody eats.' : 'Nobody eats.',
      label: at % 2 ? 'entailment' : 'contradiction',
    }),
  ).join('\n'),
  'names.conll': numbered(
    rows,
    (at) => `${names[at % names.length]} B-PER\nwrote O\nprogram O\n${at} O\n`,
  ).join('\n'),
  'questions.json': JSON.stringify({
    version: '1.1',
    data: numbered(16, (at) => ({
      title: `${at}`,
      paragraphs: [
        {
          context: `${names[at % names.length]} wrote program ${at} in spring.`,
          qas: [
            {
              id: `${at}`,
              question: `Who wrote program ${at}?`,
              answers: [{ text: names[at % names.length], answer_start: 0 }],
            },
          ],
        },
      ],
    })),
  }),
  // Its second half comes from another file: the header is repeated.
  'broken.csv': `text,label\n${numbered(30, (at) => `text ${at},${at % 2}`).join('\n')}\ntext,label\nmore,1\n`,
}

const limit = { timeout: 200_000, interval: 500 }

describe('Fine-Tune…', () => {
  let window: TestWindow

  beforeAll(async () => {
    window = await openWindow({
      prepare: (folder) => {
        // Only these are offered, so that each is in view.
        for (const name of fs.readdirSync(folder)) {
          fs.rmSync(path.join(folder, name), { recursive: true })
        }
        for (const [name, content] of Object.entries(files)) {
          fs.writeFileSync(path.join(folder, name), content)
        }
      },
    })
  })

  afterAll(async () => {
    await window?.close()
  })

  const runs = () =>
    listSweepDirs(window.folder).flatMap((sweep) =>
      fs.readdirSync(path.join(sweep, 'runs')).map((id) => readRun(path.join(sweep, 'runs', id))),
    )
  const stateOf = (head: TaskHead) => runs().find((run) => run.config.head === head)?.state

  const chooseData = async (file: string): Promise<void> => {
    const { workbench } = window
    await workbench.palette('Headway: Fine-Tune…')
    await workbench.quickPick('From your own data')
    await workbench.quickPick(file)
    await workbench.quickPick('what the file looks made for')
    await workbench.quickPick('Hold out 10 %')
  }

  it.each([
    ['sentence', 'sentences.csv', true],
    ['pair', 'pairs.jsonl', true],
    ['token', 'names.conll', false],
    ['qa', 'questions.json', false],
  ] as const)('launches the head %s, which runs to its end', async (head, file, columns) => {
    const { workbench } = window
    await chooseData(file)
    if (columns) await workbench.quickPick('Go on with these columns')
    await workbench.quickPick('all-MiniLM-L6-v2')
    const goOn = workbench.quickPickRow('Go on')
    await goOn.waitFor({ timeout: 200_000 })
    await workbench.screenshot(`preflight-${head}`)
    await goOn.click()
    await workbench.quickPickRow('18 runs').waitFor()
    await workbench.screenshot(`plan-${head}`)
    await workbench.quickPick('Launch one run')
    await expect.poll(() => stateOf(head), limit).toBe('done')
  })

  it('stops at what is wrong with the data, and shows its place', async () => {
    const { workbench, page } = window
    const before = runs().length
    await chooseData('broken.csv')
    await workbench.quickPick('Go on with these columns')
    await workbench.quickPick('all-MiniLM-L6-v2')
    const finding = workbench.quickPickRow('repeats the header line')
    await finding.waitFor({ timeout: 200_000 })
    await workbench.screenshot('preflight-broken')
    expect(await workbench.quickPickRow('Go on').count()).toBe(0)
    // The row above shows its tooltip over this one.
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.locator('.tab', { hasText: 'broken.csv' }).waitFor()
    await workbench.quickPickRow('Look again').waitFor()
    await page.keyboard.press('Escape')
    expect(runs()).toHaveLength(before)
  })
})
