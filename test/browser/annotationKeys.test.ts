import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAnnotations } from '../../src/core/annotation/annotationFile.ts'
import { AnnotatedEditor, reportText } from '../support/annotatedEditor.ts'
import { writeLookupRun } from '../support/lookupModel.ts'
import { openWindow, type TestWindow } from '../support/window.ts'

const slow = { timeout: 30_000, interval: 200 }
const settings = {
  'headway.backend': 'wasm',
  'editor.fontSize': 15,
  'editor.minimap.enabled': false,
  // For the box of the commit's message.
  'git.enabled': true,
}
const notebook = {
  cells: [{ cell_type: 'code', source: [], metadata: {}, outputs: [], execution_count: null }],
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
}

/** What only a window shows: keys, decorations, settings, and the tree beside the text. */
describe('annotation by keys', () => {
  let window: TestWindow
  let editor: AnnotatedEditor

  beforeAll(async () => {
    window = await openWindow({
      settings,
      prepare: (folder) => {
        const write = (name: string, text: string) =>
          fs.writeFileSync(path.join(folder, name), text)
        writeLookupRun(folder, 'k3f9a2c0ffee')
        writeLookupRun(folder, 'a0a0a0a0a0a0', { head: 'sentence' })
        const places = {
          lisbon: { start: 1, end: 1 },
          porto: { start: 0.9, end: 0.9, neither: 0.2 },
        }
        writeLookupRun(folder, 'b0b0b0b0b0b0', { head: 'qa', words: places })
        write('report.txt', reportText)
        write('shared.txt', reportText)
        write('cells.ipynb', JSON.stringify(notebook))
        execFileSync('git', ['init', '--quiet'], { cwd: folder })
        write('moods.txt', 'A good day.\nA bad night.\n')
        write('where.txt', 'Ada flew from Porto to Lisbon.\n')
      },
    })
    editor = new AnnotatedEditor(window.page, window.workbench)
  })

  afterAll(async () => {
    await window?.workbench.screenshot('annotation-keys-end')
    await window?.close()
  })

  const press = (key: string) => window.page.keyboard.press(key)
  /** `Ln 3, Col 26 (9 selected)`. */
  const place = () => window.page.locator('#status\\.editor\\.selection').textContent()
  const at = (line: number, length: number) =>
    expect.poll(place, slow).toMatch(new RegExp(`Ln ${line}, .*\\(${length} selected\\)`))
  const labelled = (name: string) => {
    const file = path.join(window.folder, `.headway/annotations/${name}.jsonl`)
    return fs.existsSync(file) ? parseAnnotations(fs.readFileSync(file, 'utf8')).annotations : []
  }
  const standing = (name = 'report.txt') =>
    labelled(name)
      .filter(({ status }) => status !== 'removed')
      .map(({ text, type, status }) => `${text} ${type} ${status}`)
  const showTypes = (typeNames: string) => {
    fs.mkdirSync(path.join(window.folder, '.vscode'), { recursive: true })
    fs.writeFileSync(
      path.join(window.folder, '.vscode/settings.json'),
      JSON.stringify({ 'headway.annotation.typeNames': typeNames }),
    )
  }

  it('walks the doubtful spans with F8 and Alt+F8', async () => {
    await editor.open('report.txt')
    await window.workbench.palette('Headway: Annotate This File')
    await editor.problemCount(2)
    await press('Control+Home')
    await press('Alt+F8')
    await at(3, 'Northgate'.length)
    await press('Alt+F8')
    await at(5, 'Northgate'.length)
    await press('Control+Home')
    await press('F8')
    await expect.poll(place, slow).toMatch(/^Ln 3, Col 26/)
    await press('Escape')
  })

  it('reviews with n, r and s, and takes no other letter for text', async () => {
    await press('Control+Home')
    await editor.openReview()
    await at(3, 'Northgate'.length)
    await press('n')
    await at(5, 'Northgate'.length)
    await press('n')
    await at(8, 'Quay 9'.length)
    await press('x')
    await press('r')
    await expect.poll(standing, slow).toEqual(['Quay 9 LOC rejected'])
    await at(3, 'Northgate'.length)
    await press('s')
    await expect
      .poll(standing, slow)
      .toEqual(expect.arrayContaining(['Northgate ORG gold', expect.stringMatching(/reviewed$/)]))
    await at(5, 'Northgate'.length)
    await press('Escape')
    await window.workbench.statusBarItem(/Headway: k3f9a2/).waitFor()
    expect(await editor.reading()).toContain('We start at Quay 9')
  })

  it('lets other inputs be typed in while it reviews', async () => {
    const before = standing()
    const letters = 'anxr1us'
    const { page } = window
    await editor.openReview()
    await press('Control+f')
    const find = page.locator('.find-widget.visible textarea.input').first()
    await find.waitFor()
    await page.keyboard.type(letters)
    await expect.poll(() => find.inputValue(), slow).toBe(letters)
    await press('Escape')
    await press('Control+Shift+g')
    const message = page.locator('.scm-view .scm-editor').first()
    await message.click()
    await page.keyboard.type(letters)
    await expect.poll(() => message.locator('.view-lines').textContent(), slow).toBe(letters)
    await window.workbench.palette('Go to File...')
    await page.locator('.quick-input-widget input').fill('cells.ipynb')
    await window.workbench.quickPick('cells.ipynb')
    const cell = page.locator('.notebookOverlay .cell .view-lines').first()
    await cell.click()
    await page.keyboard.type(letters)
    await expect.poll(() => cell.textContent(), slow).toContain(letters)
    await page.locator('.tab', { hasText: 'report.txt' }).click()
    await window.workbench.statusBarItem(/^.?Review/).waitFor()
    await page.keyboard.type('xyz')
    await press('Escape')
    await window.workbench.statusBarItem(/Headway: k3f9a2/).waitFor()
    expect(await editor.reading()).toContain('We start at Quay 9')
    expect(await editor.reading()).not.toContain('xyz')
    expect(standing()).toEqual(before)
  })

  it('labels as a type of one’s own', async () => {
    await editor.select('Tuesday')
    await press('Alt+l')
    await window.workbench.quickPick('Another type…')
    await window.workbench.answer('DAY')
    await expect.poll(standing, slow).toContain('Tuesday DAY gold')
    await expect.poll(() => editor.notes(), slow).toContain('DAY')
  })

  it('labels the whole span at the caret as a type that is chosen', async () => {
    await editor.select('Byrne')
    await press('ArrowLeft')
    await press('Alt+l')
    await window.workbench.quickPick('LOC')
    await expect.poll(standing, slow).toContain('Ada Byrne LOC gold')
    await press('Control+z')
    await expect.poll(standing, slow).not.toContain('Ada Byrne LOC gold')
  })

  it('shows types always, on the cursor’s line, or never', async () => {
    await expect.poll(() => editor.notes(), slow).toContain('PER')
    showTypes('off')
    await expect.poll(() => editor.notes(), slow).not.toContain('PER')
    showTypes('hover')
    await editor.select('Lisbon')
    await expect.poll(() => editor.notes(), slow).toEqual(['PER', 'LOC', 'DAY', '?'])
    showTypes('always')
    await expect.poll(() => editor.notes(), slow).toContain('PER')
  })

  it('filters the tree by probability, and empties it where annotating ends', async () => {
    await window.workbench.openSidePanel()
    await editor.roomForEntities()
    await editor.treeRow('Lisbon').waitFor()
    await window.workbench.palette('Headway: Filter Entities by Probability')
    await window.workbench.quickPick('Probability below 0.8')
    await editor.treeRow('Lisbon').waitFor({ state: 'hidden' })
    await editor.treeRow('Northgate').waitFor()
    await window.workbench.palette('Headway: Stop Annotating This File')
    await editor.treeRow('Northgate').waitFor({ state: 'hidden' })
    await expect.poll(() => editor.notes(), slow).toEqual([])
  })

  it('writes classes behind the lines they are of', async () => {
    await editor.open('moods.txt')
    await window.workbench.palette('Headway: Predict')
    await expect
      .poll(() => editor.reading(), slow)
      .toMatch(/^A good day\.\[→ positive 1\.00 · negative 0\.00\]/)
    await window.workbench.screenshot('predicted-line')
    await editor.open('where.txt')
    await editor.open('moods.txt')
    await expect.poll(() => editor.reading(), slow).toContain('A good day.[→ positive 1.00')
  })

  it('marks answers, the next one by key in that text only', async () => {
    const rank = async () => /(\d) of 5 · /.exec((await editor.notes()).join())?.[1]
    await editor.open('where.txt')
    await window.workbench.palette('Headway: Ask This File a Question')
    await window.workbench.answer('Where to?')
    await expect.poll(rank, slow).toBe('1')
    await press('Alt+Enter')
    await expect.poll(rank, slow).toBe('2')
    await editor.open('moods.txt')
    await press('Alt+Enter')
    await editor.open('where.txt')
    await expect.poll(rank, slow).toBe('2')
    await window.workbench.screenshot('answers')
  })

  it('loses no label of two windows on one file, and lists those that contradict each other', async () => {
    showTypes('hover')
    const second = await window.another()
    const windows = [
      { page: window.page, workbench: window.workbench, editor },
      { ...second, editor: new AnnotatedEditor(second.page, second.workbench) },
    ] as const
    await Promise.all(
      windows.map(async (each) => {
        await each.editor.open('shared.txt')
        await each.workbench.palette('Headway: Annotate This File')
        await each.editor.problemCount(2)
      }),
    )
    interface Labelling {
      readonly text: string
      readonly key: string
      /** Types of the text's line, which Headway shows once it knows of the selection. */
      readonly notes: string
    }
    /** Both at once, before one hears of the other. */
    const label = async (...labellings: readonly [Labelling, Labelling]) => {
      const each = windows.map((here, at) => ({ ...here, ...labellings[at] }) as const)
      await Promise.all(
        each.map(async ({ editor: shown, text = '', notes }) => {
          await shown.select(text)
          await expect.poll(async () => (await shown.notes()).join(), slow).toBe(notes)
        }),
      )
      await Promise.all(each.map(({ page, key = '' }) => page.keyboard.press(key)))
      // A key's command comes to Headway after it: what is selected by then would be labelled.
      const wanted = labellings.map(({ text }) => text).sort()
      const made = () => labelled('shared.txt').map(({ text }) => text)
      await expect
        .poll(
          () =>
            made()
              .filter((text) => wanted.includes(text))
              .sort(),
          slow,
        )
        .toEqual(wanted)
    }
    await label(
      { text: 'second', key: 'Alt+1', notes: 'ORG,PER,?,?' },
      { text: 'agreed', key: 'Alt+2', notes: '?,?,LOC,PER,PER' },
    )
    const tide = { text: 'tide', key: 'Alt+3', notes: '?,ORG ?' }
    await label(tide, tide)
    const season = { text: 'season', notes: 'ORG ?,?' }
    await label({ ...season, key: 'Alt+1' }, { ...season, key: 'Alt+2' })
    const others = ['agreed ORG gold', 'second LOC gold', 'tide PER gold']
    await expect
      .poll(() => standing('shared.txt').sort(), slow)
      .toEqual([...others, 'season LOC gold', 'season ORG gold'].sort())
    showTypes('always')
    const allShown = async () => {
      for (const each of windows) {
        for (const text of ['second[LOC]', 'tide[PER]', 'agreed[ORG]']) {
          await expect.poll(() => each.editor.reading(), slow).toContain(text)
        }
      }
    }
    await allShown()
    for (const each of windows) await each.editor.problemCount(4)
    await window.workbench.screenshot('two-windows')
    await second.page.keyboard.press('Alt+a')
    for (const each of windows) await each.editor.problemCount(2)
    expect(standing('shared.txt')).toHaveLength(others.length + 1)
    await second.page.keyboard.press('Control+Home')
    await second.page.keyboard.type('Later. ')
    await second.page.keyboard.press('Control+s')
    await expect.poll(() => editor.reading(), slow).toContain('Later. ')
    await allShown()
    expect(standing('shared.txt')).toHaveLength(others.length + 1)
  })
})
