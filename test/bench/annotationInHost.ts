import fs from 'node:fs'
import path from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as vscode from 'vscode'

/** What the bench gives to the extension host, in the file that `HEADWAY_BENCH_ANNOTATION` names. */
export interface HostScenario {
  readonly model: string
  /** About 10,000 words, a sentence a line. */
  readonly lines: readonly string[]
  /** Lines in which the model is known to find something. */
  readonly found: readonly number[]
  /** Sentences that are not among the lines, in which it finds something too. */
  readonly typed: readonly string[]
}

/** Lines on a screen of the test window, fewer than it shows. */
const screen = 30
const manySpans = 20_000

/** A change of the text, and lines that are to be drawn in after it; the bench looks when they are. */
export interface Awaited {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly lines: readonly string[]
}

/** VS Code calls this inside the extension host, in place of the tests. */
export const run = async (): Promise<void> => {
  const source = fs.readFileSync(process.env.HEADWAY_BENCH_ANNOTATION ?? '', 'utf8')
  const scenario = JSON.parse(source) as HostScenario
  const figures = await measure(scenario)
  const file = process.env.HEADWAY_TEST_RESULTS
  if (file) fs.writeFileSync(file, JSON.stringify(figures))
}

const measure = async ({ model, lines, found, typed }: HostScenario) => {
  const blocking = new Blocking()
  await vscode.extensions.getExtension('headway.headway')?.activate()
  const small = await open('small.txt', 'It rained.\n')
  let began = performance.now()
  await annotate(small.document, model)
  const modelLoadMs = performance.now() - began

  const editor = await open('words.txt', `${lines.join('\n')}\n`)
  const shown = found.filter((line) => line < screen)
  const last = found.at(-1) ?? 0
  await wait(1000)
  blocking.start()
  const opened: Awaited = { at: Date.now(), lines: shown.map((line) => lines[line] ?? '') }
  began = performance.now()
  await annotate(editor.document, model)
  for (const line of [last, ...found.filter((_, at) => at % 20 === 0)]) {
    await untilFound(editor.document, line)
  }
  const wholeTextMs = performance.now() - began
  const annotatingBlockMs = blocking.stop()

  await wait(1000)
  blocking.start()
  const strokes: Awaited[] = []
  for (const [at, sentence] of typed.entries()) {
    // Into an empty line: spans that were there would only move, which tells nothing of the model.
    const line = 3 + (at % 20)
    const whole = new vscode.Range(line, 0, line, editor.document.lineAt(line).text.length)
    await editor.edit((edit) => edit.delete(whole))
    await wait(300)
    strokes.push({ at: Date.now(), lines: [sentence] })
    await editor.edit((edit) => edit.insert(new vscode.Position(line, 0), sentence))
    await untilFound(editor.document, line)
  }
  const typingBlockMs = blocking.stop()

  await manyLabels(manySpans)
  const many = await open('many.txt')
  blocking.start()
  await annotate(many.document, model)
  await untilFound(many.document, manySpans - 1)
  const openManyBlockMs = blocking.stop()
  await wait(2000)
  blocking.start()
  for (let line = 0; line < manySpans; line += 250) {
    many.revealRange(new vscode.Range(line, 0, line, 0), vscode.TextEditorRevealType.AtTop)
    await wait(16)
  }
  const scrollBlockMs = blocking.stop()
  const memory = await memoryOfEdits(many)
  return {
    modelLoadMs: Math.round(modelLoadMs),
    opened,
    wholeTextMs: Math.round(wholeTextMs),
    strokes,
    annotatingBlockMs,
    typingBlockMs,
    openManyBlockMs,
    scrollBlockMs,
    ...memory,
  }
}

const annotate = (document: vscode.TextDocument, model: string) =>
  vscode.commands.executeCommand('headway.annotateWith', document.uri, model)

const open = async (name: string, text?: string): Promise<vscode.TextEditor> => {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? ''
  const file = path.join(folder, name)
  if (text !== undefined) fs.writeFileSync(file, text)
  const document = await vscode.workspace.openTextDocument(file)
  return vscode.window.showTextDocument(document, { preview: false })
}

/** A question takes the window some ms: asked more often, the asking would be what is measured. */
const askEveryMs = 50

/** Until the light bulb has something to say of a line's span. */
const untilFound = async (document: vscode.TextDocument, line: number): Promise<void> => {
  const range = document.lineAt(line).range
  for (;;) {
    const fixes = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      range,
    )
    if (fixes.some(({ title }) => /^(Accept|Forget)/.test(title))) return
    await wait(askEveryMs)
  }
}

/** A file with so many labels on disk, as an earlier session left it. */
const manyLabels = async (count: number): Promise<void> => {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? ''
  const lines = Array.from(
    { length: count },
    (_, at) => `Then Ada ${at % 200} came to Lisbon again.`,
  )
  fs.writeFileSync(path.join(folder, 'many.txt'), `${lines.join('\n')}\n`)
  let start = 0
  const records = lines.map((line, at) => {
    const record = { id: `s${at}`, start: start + 5, end: start + 8, text: 'Ada', type: 'PER' }
    start += line.length + 1
    return JSON.stringify({
      ...record,
      status: 'gold',
      by: 'bench',
      at: 1,
      before: 'Then ',
      after: '',
    })
  })
  const annotations = path.join(folder, '.headway/annotations')
  fs.mkdirSync(annotations, { recursive: true })
  fs.writeFileSync(path.join(annotations, 'many.txt.jsonl'), `${records.join('\n')}\n`)
}

const memoryOfEdits = async (editor: vscode.TextEditor) => {
  const edit = async (at: number) => {
    await editor.edit((builder) =>
      builder.insert(new vscode.Position((at * 17) % manySpans, 0), 'x'),
    )
  }
  for (let at = 0; at < 200; at++) await edit(at)
  const before = await heapMB()
  const began = performance.now()
  for (let at = 0; at < 1000; at++) await edit(at)
  const editMs = (performance.now() - began) / 1000
  const grown = (await heapMB()) - before
  return { editOf20000Ms: Number(editMs.toFixed(1)), grownIn1000EditsMB: Number(grown.toFixed(1)) }
}

/** VS Code's host has no flag for it; a context made after the flag is set has the function all the same. */
const collectGarbage = (): void => {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
}

const heapMB = async (): Promise<number> => {
  let least = Number.POSITIVE_INFINITY
  for (let look = 0; look < 5; look++) {
    collectGarbage()
    least = Math.min(least, process.memoryUsage().heapUsed / 1e6)
    await wait(200)
  }
  return least
}

/** The longest that the extension host's event loop stood still, ms. */
class Blocking {
  private readonly delay = monitorEventLoopDelay({ resolution: 2 })

  start(): void {
    this.delay.reset()
    this.delay.enable()
  }

  stop(): number {
    this.delay.disable()
    return Math.round(this.delay.max / 1e6)
  }
}
