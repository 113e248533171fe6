import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, afterEach, before, describe, it } from 'mocha'
import * as vscode from 'vscode'
import { writeLookupModel, writeLookupRun } from '../support/lookupModel.ts'
import { AnnotatedText, labelsOf, run, until } from './annotatedText.ts'
import { extension, workspaceFolder } from './headway.ts'

const report = 'Ada Byrne saw Lisbon.\nNobody told Northgate.\nThen Northgate told Ren.\n'
const inWorkspace = (name: string) => path.join(workspaceFolder(), name)

/** No label is lost without being named, whatever becomes of its file. */
describe('annotation faults', () => {
  let model: string

  before(async () => {
    await extension().activate()
    const settings = vscode.workspace.getConfiguration('headway')
    await settings.update('backend', 'wasm', vscode.ConfigurationTarget.Workspace)
    model = path.join(writeLookupRun(workspaceFolder(), 'eeeeeeeeeeee'), 'model')
    await run('refresh')
  })

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors')
  })

  afterEach(async () => {
    // An untitled file that stays open gives its labels to the next one with this text.
    for (const document of vscode.workspace.textDocuments.filter((each) => each.isUntitled)) {
      await vscode.window.showTextDocument(document)
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor')
    }
  })

  const annotated = async (text: AnnotatedText): Promise<AnnotatedText> => {
    await run('annotateWith', text.document.uri, model)
    return text
  }
  const untilLabelled = (text: AnnotatedText, piece: string, type: string) =>
    until(`${piece} ${type}`, async () =>
      new RegExp(`Labelled ${type}`).test(await text.hover(piece)) ? true : undefined,
    )

  it('keep the labels of an untitled file that is saved', async () => {
    // With a path of its own it is saved as any untitled file is, but that nobody is asked for one.
    const target = vscode.Uri.file(inWorkspace('fresh.txt'))
    const document = await vscode.workspace.openTextDocument(target.with({ scheme: 'untitled' }))
    const text = await AnnotatedText.show(document)
    await text.editor.edit((edit) => edit.insert(new vscode.Position(0, 0), report))
    await annotated(text)
    text.select('Lisbon')
    await run('labelType', { number: 2 })
    assert.ok(await document.save())
    await until('its label on disk', () => (labelsOf('fresh.txt').length === 1 ? true : undefined))
    const saved = await AnnotatedText.open('fresh.txt')
    await untilLabelled(saved, 'Lisbon', 'ORG')
    assert.equal(saved.text, report)
  })

  it('go on where a file gets another language mode', async () => {
    const document = await vscode.workspace.openTextDocument({ content: report })
    const text = await annotated(await AnnotatedText.show(document))
    text.select('Lisbon')
    await run('labelType', { number: 2 })
    await vscode.languages.setTextDocumentLanguage(document, 'markdown')
    await untilLabelled(text, 'Lisbon', 'ORG')
    let titles: string[] = []
    await until('what can be done', async () => {
      titles = (await text.fixes('Lisbon')).map(({ title }) => title)
      return titles.length > 0 ? true : undefined
    })
    assert.ok(titles.includes('Change to PER'), titles.join(', '))
    await text.fix('Lisbon', /^Change to PER/)
    await untilLabelled(text, 'Lisbon', 'PER')
  })

  it('keep labels that cannot be written while the window is open, and write them then', async () => {
    const file = inWorkspace('unwritable.txt')
    fs.writeFileSync(file, report)
    // As a person opens it: what an extension opens stays open for minutes after its tab is closed.
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file))
    const document = await until('the file', () =>
      vscode.workspace.textDocuments.find(({ uri }) => uri.fsPath === file),
    )
    const text = await annotated(await AnnotatedText.show(document))
    const inTheWay = inWorkspace('.headway/annotations/unwritable.txt.jsonl')
    fs.mkdirSync(inTheWay, { recursive: true })
    text.select('Lisbon')
    await run('labelType', { number: 2 })
    await text.close()
    await until('its tab is closed', () => (text.document.isClosed ? true : undefined))
    fs.rmdirSync(inTheWay)
    const again = await annotated(await AnnotatedText.open('unwritable.txt'))
    await untilLabelled(again, 'Lisbon', 'ORG')
    assert.equal(labelsOf('unwritable.txt').length, 1)
  })

  it('keep the labels of a file outside of the workspace when annotation stops', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-outside-'))
    const file = path.join(folder, 'outside.txt')
    fs.writeFileSync(file, report)
    const text = await annotated(
      await AnnotatedText.show(await vscode.workspace.openTextDocument(file)),
    )
    text.select('Lisbon')
    await run('labelType', { number: 2 })
    await run('stopAnnotating')
    assert.equal(await text.hover('Lisbon'), '')
    await annotated(text)
    await untilLabelled(text, 'Lisbon', 'ORG')
    const edit = new vscode.WorkspaceEdit()
    edit.renameFile(vscode.Uri.file(file), vscode.Uri.file(inWorkspace('moved-in.txt')))
    assert.ok(await vscode.workspace.applyEdit(edit))
    await until('its label on disk', () =>
      labelsOf('moved-in.txt').length === 1 ? true : undefined,
    )
    fs.rmSync(folder, { recursive: true })
  })

  it('stay where the line ends change', async () => {
    const lines = Array.from({ length: 1200 }, () => 'city: Lisbon\n').join('')
    const text = await annotated(await AnnotatedText.open('ends.txt', lines))
    text.select('Lisbon')
    await run('labelType', { number: 2 })
    await run('labelAllMentions')
    await until('all labels', () => (labelsOf('ends.txt').length === 1200 ? true : undefined))
    const places = () => labelsOf('ends.txt').map(({ start, lost }) => [start, lost])
    const before = places()
    await text.editor.edit((edit) => edit.setEndOfLine(vscode.EndOfLine.CRLF))
    await text.editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'x\n'))
    await text.document.save()
    await until('the labels of the new text', () =>
      labelsOf('ends.txt')[0]?.start === 8 ? true : undefined,
    )
    assert.deepEqual(
      places(),
      before.map(([start]) => [(start as number) + 2, undefined]),
    )
  })

  it('let either side of a conflict win, and a merge be undone', async () => {
    const text = await annotated(await AnnotatedText.open('conflict.txt', report))
    text.select('Lisbon')
    await run('labelType', { number: 2 })
    const [ours] = labelsOf('conflict.txt')
    const theirs = { ...ours, id: 'theirs', type: 'PER', by: 'ben' }
    const file = inWorkspace('theirs.jsonl')
    fs.writeFileSync(file, `${JSON.stringify(theirs)}\n`)
    const standing = () =>
      labelsOf('conflict.txt').map(({ type, by, status }) => `${type} ${by === 'ben'} ${status}`)
    const merge = () => run('mergeAnnotations', { file: vscode.Uri.file(file) })
    await merge()
    assert.deepEqual(standing(), ['ORG false gold', 'PER true unreviewed'])
    await run('undoLabel')
    assert.deepEqual(standing(), ['ORG false gold'])
    fs.writeFileSync(file, `${JSON.stringify({ ...theirs, id: 'again' })}\n`)
    await merge()
    text.select('Lisbon')
    await run('rejectSpan')
    assert.deepEqual(standing(), ['ORG false gold', 'PER false rejected'])
    fs.writeFileSync(file, `${JSON.stringify({ ...theirs, id: 'once more' })}\n`)
    await merge()
    await text.fix('Lisbon', /^Accept ‘Lisbon’ as PER/)
    assert.deepEqual(standing(), ['PER false gold'])
  })

  it('do not show what a model said that was written over', async () => {
    const folder = inWorkspace('elsewhere/overwritten')
    writeLookupModel(folder, { words: { lisbon: { 'B-ORG': 1 } } })
    const text = await AnnotatedText.open('overwritten.txt', report)
    await run('annotateWith', text.document.uri, folder)
    await until('the first model', async () =>
      /says ORG/.test(await text.hover('Lisbon')) ? true : undefined,
    )
    writeLookupModel(folder, { words: { lisbon: { 'B-PER': 1 } } })
    await run('annotateWith', text.document.uri, folder)
    await until('the second model', async () =>
      /says PER/.test(await text.hover('Lisbon')) ? true : undefined,
    )
  })
})
