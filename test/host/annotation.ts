import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { after, before, describe, it } from 'mocha'
import * as vscode from 'vscode'
import { parseAnnotations } from '../../src/core/annotation/annotationFile.ts'
import { writeLookupRun } from '../support/lookupModel.ts'
import { extension, workspaceFolder } from './headway.ts'
import { Messages } from './messages.ts'
import { predictionServers } from './predictionServers.ts'

const text = [
  'Ada Byrne arrived in Lisbon on Tuesday.',
  'The Port Authority had asked Ren for a second opinion.',
  'Neither of them expected Northgate to be closed 👩‍🚀, said Northgate.',
  '',
  '“We start at Quay 9,” said Ada Byrne.',
  '',
].join('\n')

const until = async <T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
): Promise<T> => {
  const limit = Date.now() + 20_000
  for (;;) {
    const found = await look()
    if (found) return found
    assert.ok(Date.now() < limit, `${what}: not in 20 s`)
    await wait(40)
  }
}

const run = (command: string, ...args: unknown[]) =>
  vscode.commands.executeCommand(`headway.${command}`, ...args)

describe('annotation', () => {
  let editor: vscode.TextEditor
  let file: string
  const labelsOf = (name = 'report.txt') => {
    const labels = path.join(workspaceFolder(), `.headway/annotations/${name}.jsonl`)
    if (!fs.existsSync(labels)) return []
    return parseAnnotations(fs.readFileSync(labels, 'utf8')).annotations.filter(
      ({ status }) => status !== 'removed',
    )
  }
  const problems = () =>
    vscode.languages
      .getDiagnostics(editor.document.uri)
      .filter(({ source }) => source === 'Headway')
      .map(({ message, code }) => `${code}: ${message}`)
  const select = (piece: string, from = 0, length = piece.length) => {
    const start = editor.document.getText().indexOf(piece, from)
    assert.ok(start >= 0, piece)
    editor.selection = new vscode.Selection(
      editor.document.positionAt(start),
      editor.document.positionAt(start + length),
    )
  }
  const hover = async (piece: string): Promise<string> => {
    const at = editor.document.positionAt(editor.document.getText().indexOf(piece) + 1)
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      editor.document.uri,
      at,
    )
    return hovers
      .flatMap(({ contents }) => contents)
      .map((content) => (typeof content === 'string' ? content : content.value))
      .join('\n')
      .replaceAll('&nbsp;', ' ')
  }
  const fixes = async (piece: string): Promise<vscode.CodeAction[]> => {
    const start = editor.document.getText().indexOf(piece)
    const range = new vscode.Range(
      editor.document.positionAt(start),
      editor.document.positionAt(start + piece.length),
    )
    const all = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      editor.document.uri,
      range,
    )
    return all.filter(({ command }) => command?.command.startsWith('headway.'))
  }

  before(async () => {
    await extension().activate()
    const settings = vscode.workspace.getConfiguration('headway')
    await settings.update('backend', 'wasm', vscode.ConfigurationTarget.Workspace)
    writeLookupRun(workspaceFolder(), 'aaaaaaaaaaaa')
    await run('refresh')
    file = path.join(workspaceFolder(), 'report.txt')
    fs.writeFileSync(file, text)
    const document = await vscode.workspace.openTextDocument(file)
    editor = await vscode.window.showTextDocument(document)
  })

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor')
  })

  it('predicts a file, and lists what is doubtful', async () => {
    await run('annotateFile')
    const found = await until('problems', () => (problems().length >= 2 ? problems() : undefined))
    assert.equal(found.length, 2)
    assert.match(found[0] ?? '', /^doubtful: ‘Northgate’ is ORG \(0\.\d\d\) or LOC \(0\.\d\d\)$/)
  })

  it('says in the hover what it thinks, in bars, with actions and no markup of the text', async () => {
    const said = await hover('Northgate')
    assert.match(said, /\*\*Northgate\*\*.*2 mentions.*pieces: north/)
    assert.match(said, /ORG {3}█+/)
    assert.match(said, /command:headway\.acceptSpan/)
    assert.match(said, /Run aaaaaa says ORG/)
    assert.equal(await hover('arrived'), '')
  })

  it('offers quick fixes, types by probability, and labels all mentions', async () => {
    const titles = (await fixes('Northgate')).map(({ title }) => title)
    assert.match(titles[0] ?? '', /^Accept ‘Northgate’ as ORG$/)
    assert.match(titles[1] ?? '', /^Change to LOC \(0\.\d\d\)$/)
    assert.ok(titles.includes('Label all 2 identical mentions as ORG'))
    const change = (await fixes('Northgate'))[1]?.command
    assert.ok(change)
    // It is of Northgate, whatever is selected.
    select('Tuesday')
    await vscode.commands.executeCommand(change.command, ...(change.arguments ?? []))
    const [gold] = await until('a label', () => (labelsOf().length > 0 ? labelsOf() : undefined))
    assert.equal(gold?.type, 'LOC')
    assert.equal(gold?.text, 'Northgate')
    assert.equal(text.slice(gold?.start, gold?.end), 'Northgate')
    await until('one problem less', () => (problems().length === 1 ? true : undefined))
    // A hover stays open, and offers the span that is no longer there.
    await vscode.commands.executeCommand(change.command, ...(change.arguments ?? []))
    assert.equal(labelsOf().length, 1)
  })

  it('takes labels back one by one', async () => {
    await run('undoLabel')
    assert.deepEqual(labelsOf(), [])
  })

  it('labels what is selected, snapped to words', async () => {
    select('uesda')
    await run('labelType', { number: 1 })
    const [label] = labelsOf()
    assert.equal(label?.text, 'Tuesday')
    assert.equal(label?.type, 'LOC')
    await run('extendSpan')
    assert.equal(labelsOf()[0]?.text, 'Tuesday.')
    await run('shrinkSpan')
    assert.equal(labelsOf()[0]?.text, 'Tuesday')
  })

  it('moves labels with edits, finds them after undo, and writes them when the file is saved', async () => {
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '👩‍🚀 Then '))
    await editor.edit((edit) => edit.delete(new vscode.Range(0, 0, 1, 0)))
    await vscode.commands.executeCommand('undo')
    await editor.document.save()
    const [label] = await until('saved', () =>
      labelsOf().some(({ start }) => start !== text.indexOf('Tuesday')) ? labelsOf() : undefined,
    )
    assert.equal(fs.readFileSync(file, 'utf8').slice(label?.start, label?.end), 'Tuesday')
  })

  it('reviews: accept and reject walk the doubtful spans', async () => {
    editor.selection = new vscode.Selection(0, 0, 0, 0)
    await run('review')
    assert.equal(editor.document.getText(editor.selection), 'Northgate')
    const first = editor.selection.start.character
    await run('acceptSpan')
    assert.notEqual(editor.selection.start.character, first)
    await run('rejectSpan')
    await run('leaveReview')
    const statuses = labelsOf().filter(({ text: covered }) => covered === 'Northgate')
    assert.deepEqual(statuses.map(({ status }) => status).sort(), ['gold', 'rejected'])
    await until('no doubt left', () =>
      problems().every((problem) => !problem.startsWith('doubtful')) ? true : undefined,
    )
  })

  it('takes over what another window wrote, and tells two annotators apart', async () => {
    const labels = path.join(workspaceFolder(), '.headway/annotations/report.txt.jsonl')
    const start = editor.document.getText().indexOf('Ren')
    const theirs = {
      id: 'ben-1',
      start,
      end: start + 3,
      text: 'Ren',
      type: 'ORG',
      status: 'gold',
      by: 'ben',
      at: 5,
      before: ' asked ',
      after: ' for a ',
    }
    fs.appendFileSync(labels, `${JSON.stringify(theirs)}\n`)
    await until('their label', () =>
      problems().some((problem) => /‘Ren’ was labelled ORG/.test(problem)) ? true : undefined,
    )
    assert.match(await hover('Ren'), /Labelled ORG by ben/)
  })

  it('moves the labels with a file that is renamed', async () => {
    const edit = new vscode.WorkspaceEdit()
    const to = vscode.Uri.file(path.join(workspaceFolder(), 'notes/renamed.txt'))
    edit.renameFile(editor.document.uri, to)
    assert.ok(await vscode.workspace.applyEdit(edit))
    await until('moved labels', () => (labelsOf('notes/renamed.txt').length > 0 ? true : undefined))
    assert.deepEqual(labelsOf('report.txt'), [])
    const document = await vscode.workspace.openTextDocument(to)
    editor = await vscode.window.showTextDocument(document)
    await run('annotateFile')
    await until('its labels again', () =>
      problems().some((problem) => /‘Ren’ was labelled ORG/.test(problem)) ? true : undefined,
    )
  })

  it('shows where two runs disagree', async () => {
    writeLookupRun(workspaceFolder(), 'bbbbbbbbbbbb', { words: { lisbon: { 'B-ORG': 1 } } })
    await run('refresh')
    const picked = run('compareInText')
    await wait(1500)
    await vscode.commands.executeCommand('workbench.action.quickOpenSelectNext')
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem')
    await picked
    const [problem] = await until('a disagreement', () => {
      const found = problems().filter((each) => each.startsWith('runs disagree'))
      return found.length > 0 ? found : undefined
    })
    assert.match(problem ?? '', /‘Lisbon’ is LOC.*; runs \w{6} and \w{6} disagree/)
    await run('compareInText')
    await until('none', () =>
      problems().some((each) => each.startsWith('runs disagree')) ? undefined : true,
    )
  })

  it('starts the prediction server again where it was killed', async () => {
    const servers = predictionServers()
    assert.equal(servers.length, 1)
    const messages = new Messages()
    // Held up, so that several requests wait for it when it ends; a hover gives up on its own one.
    for (const pid of servers) process.kill(pid, 'SIGSTOP')
    for (const piece of ['Ren', 'Lisbon', 'Ren']) assert.notEqual(await hover(piece), '')
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'Quay Northgate. '))
    assert.notEqual(await hover('Ren'), '')
    for (const pid of servers) process.kill(pid, 'SIGKILL')
    await until('what was typed', () =>
      problems().filter((each) => /‘Northgate’ is ORG/.test(each)).length === 1 ? true : undefined,
    )
    assert.equal(predictionServers().length, 1)
    assert.notDeepEqual(predictionServers(), servers)
    messages.stop()
    assert.equal(messages.notices.length, 1, messages.notices.join('\n'))
    assert.match(messages.notices[0] ?? '', /prediction server ended and is started again/)
  })

  it('keeps the good labels of a damaged file, and goes on where it cannot write', async () => {
    const other = path.join(workspaceFolder(), 'other.txt')
    fs.writeFileSync(other, 'Ada saw Ren.\n')
    const labels = path.join(workspaceFolder(), '.headway/annotations/other.txt.jsonl')
    const good = { id: 'g', start: 8, end: 11, text: 'Ren', type: 'ORG', status: 'gold' }
    const rest = { by: 'ben', at: 5, before: 'Ada saw ', after: '.\n' }
    fs.writeFileSync(labels, `{"id":\n${JSON.stringify({ ...good, ...rest })}\n`)
    const document = await vscode.workspace.openTextDocument(other)
    editor = await vscode.window.showTextDocument(document)
    await run('annotateFile')
    await until('the good label', () =>
      problems().some((each) => /‘Ren’ was labelled ORG/.test(each)) ? true : undefined,
    )
    assert.equal(fs.readFileSync(`${labels}.damaged`, 'utf8'), '{"id":\n')
    assert.equal(labelsOf('other.txt').length, 1)
    fs.rmSync(labels)
    fs.mkdirSync(labels)
    select('Ada')
    await run('labelType', { number: 2 })
    assert.match(await hover('Ada'), /Labelled ORG/)
    fs.rmdirSync(labels)
    await run('labelType', { number: 1 })
    assert.equal(labelsOf('other.txt').find(({ text: covered }) => covered === 'Ada')?.type, 'LOC')
  })

  it('labels an untitled file, and keeps that once it is saved', async () => {
    const document = await vscode.workspace.openTextDocument({ content: 'Zoe saw Lisbon.\n' })
    editor = await vscode.window.showTextDocument(document)
    await run('annotateFile')
    select('Zoe')
    await run('labelType', { number: 3 })
    assert.match(await hover('Zoe'), /Labelled PER/)
    const saved = path.join(workspaceFolder(), 'saved.txt')
    fs.writeFileSync(saved, document.getText())
    editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(saved))
    await until('its label', () => (labelsOf('saved.txt').length === 1 ? true : undefined))
  })

  it('refuses lines that are no text of sentences, and binary files, with the reason', async () => {
    const messages = new Messages()
    const huge = path.join(workspaceFolder(), 'huge.txt')
    fs.writeFileSync(huge, 'Ada '.repeat(20_000))
    const document = await vscode.workspace.openTextDocument(huge)
    editor = await vscode.window.showTextDocument(document)
    await run('annotateFile')
    assert.deepEqual(messages.notices, [
      'huge.txt:1 is a line of 80,000 characters: break lines longer than 50,000 to annotate it.',
    ])
    assert.equal(await hover('Ada'), '')
    const binary = path.join(workspaceFolder(), 'binary.txt')
    fs.writeFileSync(binary, Buffer.from('Ada\0\u0001 saw\0Ren'))
    const refused = run('annotateFile', vscode.Uri.file(binary))
    await until('a reason', () => (messages.notices.length === 2 ? true : undefined))
    assert.match(messages.notices[1] ?? '', /binary/)
    await vscode.commands.executeCommand('notifications.clearAll')
    await refused
    messages.stop()
  })
})
