import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'mocha'
import * as vscode from 'vscode'
import { annotationFormats } from '../../src/core/annotation/formats/annotationFormats.ts'
import { writeLookupModel, writeLookupRun } from '../support/lookupModel.ts'
import { AnnotatedText, labelsOf, run, until } from './annotatedText.ts'
import { extension, workspaceFolder } from './headway.ts'
import { Messages } from './messages.ts'

const report = 'Ada Byrne saw Lisbon.\nNobody told Northgate.\nThen Northgate told Ren.\n'

/** What becomes of labels when files move, change or come from elsewhere. */
describe('annotated files', () => {
  let runModel: string

  before(async () => {
    await extension().activate()
    const settings = vscode.workspace.getConfiguration('headway')
    await settings.update('backend', 'wasm', vscode.ConfigurationTarget.Workspace)
    const runDir = writeLookupRun(workspaceFolder(), 'cccccccccccc')
    runModel = path.join(runDir, 'model')
    await run('refresh')
  })

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors')
  })

  it('are annotated with a Hugging Face folder, without any run; another model recolours them', async () => {
    const folder = path.join(workspaceFolder(), 'elsewhere/my-ner')
    writeLookupModel(folder, { words: { lisbon: { 'B-ORG': 1 } } })
    const text = await AnnotatedText.open('folder.txt', report)
    await run('annotateWith', text.document.uri, folder)
    await text.untilProblem(/^doubtful: ‘Northgate’ is ORG/)
    assert.match(await text.hover('Lisbon'), /Run my-ner says ORG/)
    await text.fix('Northgate', /^Change to LOC/)
    await until('one doubt less', () => (text.problems.length === 1 ? true : undefined))
    await run('annotateWith', text.document.uri, runModel)
    await until('the other model', async () =>
      /Run cccccc says LOC/.test(await text.hover('Lisbon')) ? true : undefined,
    )
    assert.equal(labelsOf('folder.txt').length, 1)
  })

  it('offer every quick fix, and each does what it says', async () => {
    const text = await AnnotatedText.open('fixes.txt', report)
    await run('annotateWith', text.document.uri, runModel)
    await text.untilProblem(/Northgate/)
    const titles = (await text.fixes('Northgate')).map(({ title }) => title)
    const wanted = [
      /^Accept/,
      /^Change to LOC \(0/,
      /^Change to PER/,
      /^Extend by a word at the end/,
      /^Extend by a word at the start/,
      /^Shrink by a word at the end/,
      /^Shrink by a word at the start/,
      /^Remove/,
      /^Label all 2 identical mentions/,
      /^Ignore/,
    ]
    for (const title of wanted) {
      assert.ok(
        titles.some((each) => title.test(each)),
        `${title} of ${titles.join(', ')}`,
      )
    }
    const standing = () =>
      text.labels.map(({ text: covered, type, status }) => `${covered} ${type} ${status}`)
    await text.fix('Ada Byrne', /^Shrink by a word at the start/)
    assert.deepEqual(standing(), ['Byrne PER gold'])
    await text.fix('Byrne', /^Extend by a word at the start/)
    assert.deepEqual(standing(), ['Ada Byrne PER gold'])
    await text.fix('Lisbon', /^Remove/)
    assert.ok(standing().includes('Lisbon LOC rejected'))
    await text.fix('Northgate', /^Label all 2 identical mentions/)
    assert.equal(standing().filter((each) => each === 'Northgate ORG gold').length, 2)
    await text.fix('Ren', /^Ignore ‘Ren’/)
    assert.equal(await text.hover('Ren'), '')
    assert.match(
      fs.readFileSync(path.join(workspaceFolder(), '.headway/ignored-words.txt'), 'utf8'),
      /^Ren$/m,
    )
  })

  it('find their labels after a rename of their folder', async () => {
    const text = await AnnotatedText.open('chapter/one.txt', report)
    await run('annotateWith', text.document.uri, runModel)
    text.select('Lisbon')
    await run('labelType', { number: 2 })
    const edit = new vscode.WorkspaceEdit()
    const at = (name: string) => vscode.Uri.file(path.join(workspaceFolder(), name))
    edit.renameFile(at('chapter'), at('book/chapter'))
    assert.ok(await vscode.workspace.applyEdit(edit))
    await until('moved labels', () =>
      labelsOf('book/chapter/one.txt').length === 1 ? true : undefined,
    )
    assert.deepEqual(labelsOf('chapter/one.txt'), [])
    const moved = await AnnotatedText.open('book/chapter/one.txt')
    await until('its label', async () =>
      /Labelled ORG/.test(await moved.hover('Lisbon')) ? true : undefined,
    )
  })

  it('offer the labels that a rename outside of VS Code left behind, and take them when told to', async () => {
    const text = await AnnotatedText.open('before.txt', report)
    await run('annotateWith', text.document.uri, runModel)
    for (const piece of ['Lisbon', 'told', 'Ren']) {
      text.select(piece)
      await run('labelType', { number: 3 })
    }
    await text.close()
    const at = (name: string) => path.join(workspaceFolder(), name)
    fs.renameSync(at('before.txt'), at('after.txt'))
    fs.writeFileSync(at('after.txt'), `A line more.\n${report.replace('Ren', 'Bob')}`)
    const moved = await AnnotatedText.open('after.txt')
    await run('annotateWith', moved.document.uri, runModel)
    assert.deepEqual(labelsOf('after.txt'), [])
    await until('what was offered and accepted', async () => {
      await vscode.commands.executeCommand('notification.acceptPrimaryAction')
      return labelsOf('after.txt').length > 0 ? true : undefined
    })
    assert.deepEqual(labelsOf('before.txt'), [])
    assert.match(await moved.hover('Lisbon'), /Labelled PER/)
    const covered = labelsOf('after.txt').map(({ text: each }) => each)
    assert.deepEqual(covered.sort(), ['Lisbon', 'Ren', 'told'])
  })

  it('have their labels under the new name only, where VS Code keeps the old text open', async () => {
    const old = await AnnotatedText.open('chapter1.txt', report)
    await run('annotateWith', old.document.uri, runModel)
    for (const piece of ['Lisbon', 'told']) {
      old.select(piece)
      await run('labelType', { number: 3 })
    }
    const at = (name: string) => path.join(workspaceFolder(), name)
    fs.renameSync(at('chapter1.txt'), at('first.txt'))
    const learned = async () => {
      await run('whatChanged', runModel, runModel)
      const page = vscode.window.activeTextEditor?.document.getText() ?? ''
      return [...new Set(page.match(/(chapter1|first)\.txt/g) ?? [])]
    }
    const moved = await AnnotatedText.open('first.txt')
    await run('annotateWith', moved.document.uri, runModel)
    moved.select('Ren')
    await run('labelType', { number: 1 })
    assert.deepEqual(await learned(), ['first.txt'])
    await until('what was offered and accepted', async () => {
      await vscode.commands.executeCommand('notification.acceptPrimaryAction')
      return labelsOf('first.txt').length > 1 ? true : undefined
    })
    assert.ok(vscode.workspace.textDocuments.includes(old.document))
    await AnnotatedText.show(moved.document)
    await until('the labels that were taken over', async () =>
      /Labelled PER/.test(await moved.hover('Lisbon')) ? true : undefined,
    )
    moved.select('Nobody')
    await run('labelType', { number: 1 })
    assert.deepEqual(await learned(), ['first.txt'])
    assert.deepEqual(labelsOf('chapter1.txt'), [])
  })

  it('keep their labels where another program wrote the text', async () => {
    const text = await AnnotatedText.open('outside.txt', report)
    await run('annotateWith', text.document.uri, runModel)
    for (const piece of ['Ada', 'Northgate', 'Ren']) {
      text.select(piece)
      await run('labelType', { number: 1 })
    }
    const changed = `News:\n${report.replace('Ren', 'Bob').replace('Nobody told', 'Who told')}`
    fs.writeFileSync(text.document.uri.fsPath, changed)
    await until('the new text', () => (text.text === changed ? true : undefined))
    assert.match(await text.hover('Ada'), /Labelled LOC/)
    assert.match(await text.hover('Northgate'), /Labelled LOC/)
    await text.close()
    const again = await AnnotatedText.open('outside.txt')
    await run('annotateWith', again.document.uri, runModel)
    await until('its labels', async () =>
      /Labelled LOC/.test(await again.hover('Northgate')) ? true : undefined,
    )
    assert.ok(labelsOf('outside.txt').some(({ text: covered }) => covered === 'Ren'))
  })

  it('give their labels to other programs and take them back', async () => {
    const text = await AnnotatedText.open('out.txt', report)
    await run('annotateWith', text.document.uri, runModel)
    text.select('Lisbon')
    await run('labelType', { number: 2 })
    text.select('Ada Byrne')
    await run('labelType', { number: 3 })
    const copy = await AnnotatedText.open('back.txt', report)
    await run('annotateWith', copy.document.uri, runModel)
    for (const format of annotationFormats) {
      const file = vscode.Uri.file(path.join(workspaceFolder(), `out.${format}`))
      await vscode.window.showTextDocument(text.document, { preview: false })
      await run('exportAnnotations', { format, file })
      await vscode.window.showTextDocument(copy.document, { preview: false })
      await run('importAnnotations', { format, file })
      const back = labelsOf('back.txt').map(({ text: covered, type }) => `${covered} ${type}`)
      assert.deepEqual(back.sort(), ['Ada Byrne PER', 'Lisbon ORG'], format)
      while (labelsOf('back.txt').length > 0) {
        const [label] = labelsOf('back.txt')
        await run('removeLabel', { uri: copy.document.uri.toString(), ...label })
      }
    }
  })

  it('merge with another annotator’s labels, conflicts among the problems', async () => {
    const text = await AnnotatedText.open('merge.txt', report)
    await run('annotateWith', text.document.uri, runModel)
    text.select('Lisbon')
    await run('labelType', { number: 2 })
    const label = (piece: string, type: string) => {
      const start = report.indexOf(piece)
      const end = start + piece.length
      const place = { start, end, text: piece, before: '', after: '' }
      return JSON.stringify({
        id: `ben ${piece}`,
        type,
        status: 'gold',
        by: 'ben',
        at: 5,
        ...place,
      })
    }
    const file = path.join(workspaceFolder(), 'ben.jsonl')
    fs.writeFileSync(file, `${label('Lisbon', 'LOC')}\n${label('told', 'PER')}\n`)
    await run('mergeAnnotations', { file: vscode.Uri.file(file) })
    await text.untilProblem(/^not reviewed: ‘Lisbon’: LOC by ben, not reviewed yet/)
    const standing = text.labels.map((each) => `${each.text} ${each.type} ${each.status}`)
    assert.deepEqual(standing.sort(), ['Lisbon LOC unreviewed', 'Lisbon ORG gold', 'told PER gold'])
  })

  it('are annotated by pieces where they are large; Next Doubtful Span walks beyond the Problems', async () => {
    const line = 'Nobody told Northgate what Ada Byrne had seen of Lisbon before the season began. '
    const lines = Array.from({ length: 10_000_000 / line.length }, (_, at) => `${line}${at % 50}.`)
    const messages = new Messages()
    const text = await AnnotatedText.open('large.txt', `${lines.join('\n')}\n`)
    await run('annotateWith', text.document.uri, runModel)
    await until('all that is shown', () => (text.problems.length === 500 ? true : undefined))
    text.editor.selection = new vscode.Selection(60_000, 0, 60_000, 0)
    await run('nextDoubtful')
    assert.equal(text.document.getText(text.editor.selection), 'Northgate')
    assert.equal(text.editor.selection.start.line, 60_000)
    // Nobody waits for a light bulb that counts through ten million characters.
    const titles = (await text.fixes('Northgate')).map(({ title }) => title)
    assert.ok(titles.includes('Label all identical mentions as ORG'), titles.join(', '))
    const progress = messages.progress.find(({ title }) => /^Annotating large.txt with/.test(title))
    await until('its end', () => (progress?.over ? true : undefined))
    assert.equal(progress?.reports.at(-1), '100 %')
    messages.stop()
    await text.close()
  })

  it('go on with what is loaded where their run was deleted, and say so where nothing is', async () => {
    const runDir = writeLookupRun(workspaceFolder(), 'dddddddddddd')
    await run('refresh')
    const text = await AnnotatedText.open('deleted.txt', report)
    await run('annotateWith', text.document.uri, path.join(runDir, 'model'))
    await text.untilProblem(/Northgate/)
    text.select('Lisbon')
    await run('labelType', { number: 2 })
    fs.rmSync(runDir, { recursive: true })
    await run('refresh')
    await text.editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'Was it Northgate? '))
    await until('what was typed', () => (text.problems.length === 3 ? true : undefined))
    assert.equal(text.labels.length, 1)
  })
})
