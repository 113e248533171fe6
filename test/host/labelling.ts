import assert from 'node:assert/strict'
import path from 'node:path'
import { after, before, describe, it } from 'mocha'
import * as vscode from 'vscode'
import { writeLookupRun } from '../support/lookupModel.ts'
import { AnnotatedText, run, until } from './annotatedText.ts'
import { extension, workspaceFolder } from './headway.ts'
import { Messages } from './messages.ts'

const report = 'Ada Byrne saw Lisbon. Nobody told Northgate.\nThen Northgate told Ben.\n'

/** What people say of spans one by one, many at once, and what comes of it. */
describe('labelling', () => {
  let before1: string
  let after1: string
  const settings = () => vscode.workspace.getConfiguration('headway')
  const open = async (name: string): Promise<AnnotatedText> => {
    const text = await AnnotatedText.open(name, report)
    await run('annotateWith', text.document.uri, before1)
    await text.untilProblem(/Northgate/)
    return text
  }
  const standing = ({ labels }: AnnotatedText) =>
    labels.map(({ text, type, status }) => `${text} ${type} ${status}`.replace('  ', ' ')).sort()

  before(async () => {
    await extension().activate()
    await settings().update('backend', 'wasm', vscode.ConfigurationTarget.Workspace)
    const written = (id: string, options = {}) =>
      path.join(writeLookupRun(workspaceFolder(), id, { sweep: 'labelling', ...options }), 'model')
    before1 = written('d1d1d1d1d1d1')
    after1 = written('d2d2d2d2d2d2', { words: { ben: { 'B-PER': 1 }, lisbon: { 'B-ORG': 1 } } })
    await run('refresh')
  })
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors')
  })

  it('labels what is selected as a type that is chosen', async () => {
    const text = await open('as.txt')
    text.select('told')
    const labelled = run('labelAs')
    await until('a label', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem')
      return text.labels.length > 0 ? true : undefined
    })
    await labelled
    assert.deepEqual(standing(text), ['told LOC gold'])
  })

  it('takes a sentence as right as it is: its spans are gold, and no doubt is left in it', async () => {
    const text = await open('reviewed.txt')
    text.editor.selection = new vscode.Selection(0, 30, 0, 30)
    await run('markReviewed')
    assert.deepEqual(standing(text), ['Nobody told Northgate. reviewed', 'Northgate ORG gold'])
    await until('one doubt less', () => (text.problems.length === 1 ? true : undefined))
    await run('undoLabel')
    assert.deepEqual(standing(text), [])
  })

  it('accepts all that is certain at once, and takes that back at once', async () => {
    const text = await open('certain.txt')
    await run('acceptAllCertain')
    assert.deepEqual(standing(text), ['Ada Byrne PER gold', 'Lisbon LOC gold'])
    await run('undoLabel')
    assert.deepEqual(standing(text), [])
  })

  it('doubts what the setting says', async () => {
    const text = await open('doubts.txt')
    const { Workspace } = vscode.ConfigurationTarget
    await settings().update('annotation.doubtBelow', 0.1, Workspace)
    await until('no doubt', () => (text.problems.length === 0 ? true : undefined))
    await settings().update('annotation.doubtBelow', 1, Workspace)
    await text.untilProblem(/^doubtful: ‘Lisbon’/)
    await settings().update('annotation.doubtBelow', undefined, Workspace)
    await until('two doubts', () => (text.problems.length === 2 ? true : undefined))
  })

  it('walks the doubtful spans, round the end of the text', async () => {
    const text = await open('walk.txt')
    text.editor.selection = new vscode.Selection(0, 0, 0, 0)
    const lines: number[] = []
    for (let step = 0; step < 3; step++) {
      await run('nextDoubtful')
      assert.equal(text.document.getText(text.editor.selection), 'Northgate')
      lines.push(text.editor.selection.start.line)
    }
    assert.deepEqual(lines, [0, 1, 0])
  })

  it('says what a later model makes of the labels, and says it anew', async () => {
    const text = await open('changed.txt')
    text.select('Ben')
    await run('labelType', { number: 3 })
    await run('whatChanged', before1, after1)
    const page = () => vscode.window.activeTextEditor?.document
    // Other tests have labelled other files.
    const ofThis = () =>
      page()
        ?.getText()
        .split('\n')
        .filter((line) => /changed\.txt/.test(line))
    const places = async () => {
      const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
        'vscode.executeLinkProvider',
        page()?.uri,
      )
      const lines = page()?.getText().split('\n') ?? []
      return links
        .filter(({ range }) => lines[range.start.line]?.includes('changed.txt'))
        .map(({ target }) => `${path.basename(target?.path ?? '')}#${target?.fragment}`)
    }
    const ben = '  changed.txt:2  ‘Ben’ is PER: was no entity, now PER'
    assert.deepEqual(ofThis(), [ben])
    assert.deepEqual(await places(), ['changed.txt#L2'])
    // Another pair's page has its own places.
    await run('whatChanged', after1, before1)
    const again = await AnnotatedText.show(text.document)
    again.select('Lisbon')
    await run('labelType', { number: 1 })
    await run('whatChanged', before1, after1)
    const lisbon = '  changed.txt:1  ‘Lisbon’ is LOC: was LOC, now ORG'
    await until('the new text', () => (ofThis()?.includes(lisbon) ? true : undefined))
    assert.deepEqual(ofThis(), [ben, lisbon])
    assert.deepEqual(await places(), ['changed.txt#L2', 'changed.txt#L1'])
  })

  it('holds back what is typed in review mode, and nothing after it', async () => {
    const text = await open('typing.txt')
    await run('review')
    assert.equal(text.document.getText(text.editor.selection), 'Northgate')
    await vscode.commands.executeCommand('type', { text: 'x' })
    assert.equal(text.text, report)
    await run('leaveReview')
    await vscode.commands.executeCommand('type', { text: 'x' })
    assert.equal(text.text, report.replace('Northgate', 'x'))
    await vscode.commands.executeCommand('undo')
  })

  it('annotates a large file with progress, until that is called off', async () => {
    const lines = Array.from({ length: 20_000 }, (_, at) => {
      return `Row ${at} of them told nobody what Ada Byrne saw of Lisbon that day.`
    })
    const messages = new Messages()
    const text = await AnnotatedText.open('rows.txt', `${lines.join('\n')}\n`)
    await run('annotateWith', text.document.uri, before1)
    const progress = await until('progress', () =>
      messages.progress.find(({ title }) => title === 'Annotating rows.txt with d1d1d1'),
    )
    await until('a report', () => (progress.reports.length > 0 ? true : undefined))
    progress.cancel()
    await until('its end', () => (progress.over ? true : undefined))
    assert.equal(await text.hover('Row 19000 of them told nobody what Ada'), '')
    const place = new vscode.Range(19_000, 0, 19_000, 0)
    text.editor.revealRange(place, vscode.TextEditorRevealType.InCenter)
    const at = new vscode.Position(19_000, lines[19_000]?.indexOf('Ada') ?? 0)
    await until('what is on screen', async () => {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        text.document.uri,
        at.translate(0, 1),
      )
      return hovers.length > 0 ? true : undefined
    })
    messages.stop()
  })
})
