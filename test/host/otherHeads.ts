import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, afterEach, before, beforeEach, describe, it } from 'mocha'
import * as vscode from 'vscode'
import type { ShownAnswer } from '../../src/host/annotation/answerMarks.ts'
import type { LineNote } from '../../src/host/annotation/lineNotes.ts'
import type { TriedRows } from '../../src/host/annotation/triedRows.ts'
import { type LookupOptions, writeLookupModel, writeLookupRun } from '../support/lookupModel.ts'
import { AnnotatedText, labelsOf, run, until } from './annotatedText.ts'
import { extension, workspaceFolder } from './headway.ts'
import { Messages } from './messages.ts'
import { predictionServers } from './predictionServers.ts'

const classes: LookupOptions = {
  labels: ['NOUN', 'VERB', 'PUNCT'],
  words: { slept: { VERB: 1 }, '.': { PUNCT: 1 } },
}
const answers: LookupOptions = {
  head: 'qa',
  words: { lisbon: { start: 1, end: 1 }, porto: { start: 0.9, end: 0.9, neither: 0.2 } },
}

/** Predict, Ask This File, Annotate with POS, Try This Run. */
describe('the other heads in the editor', () => {
  let messages: Messages
  const models = new Map<string, string>()
  const model = (name: string): string => models.get(name) ?? ''
  const at = (name: string) => path.join(workspaceFolder(), name)
  const write = (name: string, content: string) => {
    fs.mkdirSync(path.dirname(at(name)), { recursive: true })
    fs.writeFileSync(at(name), content)
  }

  before(async () => {
    await extension().activate()
    const settings = vscode.workspace.getConfiguration('headway')
    await settings.update('backend', 'wasm', vscode.ConfigurationTarget.Workspace)
    const runs: Record<string, [id: string, options: LookupOptions]> = {
      mood: ['e0e0e0e0e0e0', { head: 'sentence' }],
      score: ['e1e1e1e1e1e1', { head: 'sentence', regression: true, sweep: 'scores' }],
      pair: ['e2e2e2e2e2e2', { head: 'pair' }],
      qa: ['e3e3e3e3e3e3', answers],
      pos: ['e4e4e4e4e4e4', { ...classes, sweep: 'classes' }],
      ner: ['e5e5e5e5e5e5', { sweep: 'names' }],
    }
    for (const [name, [id, options]] of Object.entries(runs)) {
      models.set(name, path.join(writeLookupRun(workspaceFolder(), id, options), 'model'))
    }
    await run('refresh')
  })
  beforeEach(() => {
    messages = new Messages()
  })
  afterEach(async () => {
    messages.stop()
    await vscode.commands.executeCommand('notifications.clearAll')
  })
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors')
  })

  const predicted = (notes: unknown): string[] =>
    ((notes ?? []) as LineNote[]).map(({ line, text }) => `${line + 1} ${text}`)
  const selectAll = ({ editor, document }: AnnotatedText) => {
    editor.selection = new vscode.Selection(
      new vscode.Position(0, 0),
      document.lineAt(document.lineCount - 1).range.end,
    )
  }
  /** What an action is refused with; it waits for somebody to read that. */
  const refused = async (action: () => Thenable<unknown>): Promise<string> => {
    const done = action()
    const text = await until(
      'a refusal',
      () => messages.all.find(({ kind }) => kind === 'showErrorMessage')?.text,
    )
    await vscode.commands.executeCommand('notifications.clearAll')
    await done
    return text
  }

  it('predicts the line at the cursor, selected lines, and selected words', async () => {
    const text = await AnnotatedText.open('moods.txt', 'A good day.\n\nA bad night.\n')
    text.editor.selection = new vscode.Selection(0, 3, 0, 3)
    const [first] = predicted(await run('predictWith', model('mood')))
    assert.match(first ?? '', /^1 → positive 1\.00 · negative 0\.00$/)
    selectAll(text)
    const lines = predicted(await run('predictText'))
    assert.equal(lines.length, 2)
    assert.match(lines[1] ?? '', /^3 → negative 1\.00/)
    text.select('bad')
    assert.match(predicted(await run('predictText'))[0] ?? '', /^3 → negative/)
  })

  it('says a score, where the run gives one', async () => {
    await AnnotatedText.open('scores.txt', 'A good day.\n')
    assert.match(predicted(await run('predictWith', model('score')))[0] ?? '', /^1 → 3\.\d\d$/)
  })

  it('predicts pairs: two fields of a line, or two selections', async () => {
    const text = await AnnotatedText.open('pairs.txt', 'Ada slept\tAda woke\nA good day\nBob\n')
    text.editor.selection = new vscode.Selection(0, 0, 0, 0)
    assert.match(predicted(await run('predictWith', model('pair')))[0] ?? '', /^1 → pair 0\.9/)
    text.editor.selections = [new vscode.Selection(1, 0, 1, 10), new vscode.Selection(2, 0, 2, 3)]
    assert.match(predicted(await run('predictText'))[0] ?? '', /^3 → pair/)
    text.editor.selection = new vscode.Selection(1, 0, 1, 0)
    assert.match(await refused(() => run('predictText')), /^Line 2 is no pair: put a tab/)
  })

  it('takes a chosen folder, pairs too, and remembers it beside the runs there are', async () => {
    const folder = at('elsewhere/my-pairs')
    writeLookupModel(folder, { head: 'pair', labels: ['negative', 'other', 'pair'] })
    await AnnotatedText.open('folder-pairs.txt', 'Ada slept\tAda woke\n')
    assert.match(predicted(await run('predictWith', folder))[0] ?? '', /^1 → pair 0\.9/)
    assert.match(predicted(await run('predictText'))[0] ?? '', /pair.*other/)
    const again = predicted(await run('predictWith', model('mood')))
    assert.match(again[0] ?? '', /^1 → (negative|positive)/)
    assert.match(predicted(await run('predictText'))[0] ?? '', /^1 → (negative|positive)/)
  })

  it('refuses a model of another head, and does not remember it', async () => {
    await AnnotatedText.open('moods.txt')
    assert.match(
      await refused(() => run('predictWith', model('qa'))),
      /has the head qa; this needs one with the head sentence/,
    )
    assert.equal(predicted(await run('predictText')).length, 1)
  })

  it('says how many lines are left where there are very many', async () => {
    const text = await AnnotatedText.open('long.txt', 'A good day.\n'.repeat(620).trimEnd())
    selectAll(text)
    assert.equal(predicted(await run('predictText')).length, 500)
    assert.ok(messages.notices.some((each) => /first 500 lines.*120 more are not/.test(each)))
  })

  it('marks nothing in a text that changed before the model had answered', async () => {
    const text = await AnnotatedText.open('changes.txt', 'Ada flew to Lisbon.\n')
    for (const [command, ...args] of [
      ['predictWith', model('mood')],
      ['askWith', 'Where?', model('qa')],
    ] as const) {
      // Loaded, and from then on held up until the text has changed.
      assert.ok(await run(command, ...args))
      for (const pid of predictionServers()) process.kill(pid, 'SIGSTOP')
      const asked = run(command, ...args)
      for (let time = 0; time < 5; time++) {
        await text.editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'x'))
      }
      for (const pid of predictionServers()) process.kill(pid, 'SIGCONT')
      assert.equal(await asked, undefined)
    }
    assert.equal(messages.notices.filter((each) => /^The text changed/.test(each)).length, 2)
  })

  it('answers a question with places of the text, the next best by key, gone with an edit', async () => {
    const text = await AnnotatedText.open(
      'answers.txt',
      'Lisbon is named here.\r\n👩‍🚀 Ada flew from Porto to Lisbon.\r\n',
    )
    text.editor.selection = new vscode.Selection(1, 0, 1, 40)
    const best = (await run('askWith', 'Where to?', model('qa'))) as ShownAnswer
    assert.equal(best.text, 'Lisbon')
    assert.equal(best.range && text.document.getText(best.range), 'Lisbon')
    assert.equal(best.range?.start.line, 1)
    const shown = [best]
    for (let rank = 2; rank <= best.of; rank++) shown.push((await run('nextAnswer')) as ShownAnswer)
    const porto = shown.find((each) => each.text === 'Porto')
    assert.equal(porto?.range && text.document.getText(porto.range), 'Porto')
    assert.ok((porto?.probability ?? 1) < best.probability)
    assert.equal(((await run('nextAnswer')) as ShownAnswer).rank, 1)
    await text.editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'x'))
    assert.equal(await run('nextAnswer'), undefined)
  })

  it('says where there is no answer', async () => {
    await AnnotatedText.open('nothing.txt', 'Nobody spoke.\n')
    const shown = (await run('askFile', 'Where to?')) as ShownAnswer
    assert.equal(shown.text, null)
    assert.ok(messages.notices.some((each) => /^The text does not answer it/.test(each)))
  })

  it('tags words with classes', async () => {
    const text = await AnnotatedText.open('pos.txt', 'Ada slept.\n')
    const picked = run('annotatePos')
    const said = await until('classes', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem')
      const hover = await text.hover('slept')
      return hover === '' ? undefined : hover
    })
    await picked
    assert.match(said, /Run e4e4e4 says VERB/)
    await text.fix('Ada', /^Accept ‘Ada’ as NOUN/)
    assert.deepEqual(
      labelsOf('pos.txt').map(({ text: covered, type }) => `${covered} ${type}`),
      ['Ada NOUN'],
    )
  })

  const tried = async (file: string, name: string): Promise<TriedRows> => {
    const uri = vscode.Uri.file(at(file))
    const document = await vscode.workspace.openTextDocument(uri)
    // VS Code reads an open file that was written some time later; rows that change meanwhile are not shown.
    const written = fs.readFileSync(uri.fsPath, 'utf8')
    await until('the text on disk', async () => document.getText() === written || undefined)
    const rows = (await run('tryRun', uri, model(name))) as TriedRows | undefined
    assert.ok(rows, `${file} was not tried`)
    return rows
  }
  const notesOf = ({ notes }: TriedRows) => notes.map(({ line, text }) => `${line + 1} ${text}`)

  it('offers the runs that know a data file above its first row', async () => {
    write('moods/train.tsv', 'text\tlabel\nA good day\tpositive\nA bad one\tpositive\n')
    const text = await AnnotatedText.open('moods/train.tsv')
    const titles = await until('lenses', async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        text.document.uri,
      )
      const found = lenses.map(({ command }) => command?.title ?? '')
      return found.some((title) => /Try run/.test(title)) ? found : undefined
    })
    assert.ok(titles.some((title) => /Try run e0e0e0 \(moods/.test(title)))
  })

  it('tries a run on texts: gold against predicted, row by row', async () => {
    write('moods/train.tsv', 'text\tlabel\nA good day\tpositive\nA bad one\tpositive\n')
    const rows = await tried('moods/train.tsv', 'mood')
    const [right, wrong] = notesOf(rows)
    assert.match(right ?? '', /^2 ✓ positive 1\.00/)
    assert.match(wrong ?? '', /^3 ✗ gold positive, predicted negative 1\.00/)
    assert.deepEqual([rows.wrong, rows.tried, rows.unit], [1, 2, 'texts'])
    assert.ok(messages.texts.includes('Headway: e0e0e0 is wrong on 1 of the first 2 texts'))
  })

  it('tries a run on scores: the gold one beside it', async () => {
    write('moods/train.tsv', 'text\tlabel\nA good day\t4.5\nA bad one\t1\n')
    const rows = await tried('moods/train.tsv', 'score')
    assert.match(notesOf(rows)[0] ?? '', /^2 gold 4\.5, predicted 3\.\d\d$/)
    assert.deepEqual([rows.wrong, rows.tried], [undefined, 2])
  })

  it('tries a run on tagged words, and counts words, not marks', async () => {
    write('ner/train.conll', 'Ada\tB-PER\nsaw\tO\nRen\tB-LOC\n\nNobody\tO\nspoke\tO\n')
    const rows = await tried('ner/train.conll', 'ner')
    assert.deepEqual(notesOf(rows), ['1 ✓', '3 ✗ predicted B-PER'])
    assert.ok(messages.texts.includes('Headway: e5e5e5 is wrong on 1 of the first 5 words'))
  })

  it('tries a run on questions', async () => {
    const context = 'Ada flew to Lisbon.'
    const qas = [
      { id: '1', question: 'Where to?', answers: [{ text: 'Lisbon', answer_start: 12 }] },
      { id: '2', question: 'Who?', answers: [{ text: 'Ada', answer_start: 0 }] },
    ]
    const squad = { version: '1.1', data: [{ title: 't', paragraphs: [{ context, qas }] }] }
    write('qa/train.json', JSON.stringify(squad, null, 1))
    const rows = await tried('qa/train.json', 'qa')
    const [right, wrong] = notesOf(rows)
    assert.match(right ?? '', /✓ Lisbon 1\.00$/)
    assert.match(wrong ?? '', /✗ gold Ada, predicted Lisbon 1\.00$/)
    assert.deepEqual([rows.wrong, rows.tried, rows.unit], [1, 2, 'questions'])
  })
})
