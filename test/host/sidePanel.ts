import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { after, before, describe, it } from 'mocha'
import * as vscode from 'vscode'
import { readMarks } from '../../src/core/runs/marksFile.ts'
import { layout, readSweep } from '../../src/core/runs/store.ts'
import { listTrash, undoDelete } from '../../src/core/runs/trash.ts'
import { RunRegistry } from '../../src/host/runs/registry.ts'
import { trainerProcesses } from '../../src/host/runs/trainerProcesses.ts'
import { writeFinishedSweep } from '../support/finishedSweep.ts'
import { extension, workspaceFolder } from './headway.ts'

const run = (command: string, ...args: unknown[]) =>
  vscode.commands.executeCommand(`headway.${command}`, ...args)

const until = async (what: string, look: () => boolean): Promise<void> => {
  const limit = Date.now() + 20_000
  while (!look()) {
    assert.ok(Date.now() < limit, `${what}: not in 20 s`)
    await wait(40)
  }
}

/** Lines of the tree, as VS Code hands them to a command of its menu. */
describe('the commands of the side panel', () => {
  let registry: RunRegistry
  let sweepDir: string
  const sweepNode = () => {
    const sweep = registry.sweep(sweepDir)
    assert.ok(sweep)
    return { kind: 'sweep' as const, sweep }
  }
  const runNode = (at = 0) => {
    const { sweep } = sweepNode()
    const one = sweep.runs[at]
    assert.ok(one)
    return { kind: 'run' as const, sweep, run: one }
  }
  const idOf = (at: number) => runNode(at).run.state.record.id

  before(async () => {
    await extension().activate()
    sweepDir = writeFinishedSweep(workspaceFolder())
    registry = new RunRegistry(trainerProcesses)
    registry.setStores([workspaceFolder()])
    await run('refresh')
  })

  after(() => {
    registry.dispose()
    fs.rmSync(sweepDir, { recursive: true, force: true })
  })

  it('star, archive and take back, one run or several', async () => {
    const both = [runNode(0), runNode(1)]
    await run('starRun', both[0], both)
    await run('archiveRun', runNode(2))
    const marks = readMarks(sweepDir)
    assert.deepEqual(
      [0, 1, 2].map((at) => marks.runs[idOf(at)]),
      [{ star: true }, { star: true }, { archived: true }],
    )
    await run('unstarRun', both[0], both)
    await run('unarchiveRun', runNode(2))
    assert.deepEqual(readMarks(sweepDir).runs, {})
  })

  it('copy the configuration', async () => {
    await run('copyConfiguration', runNode())
    const copied = JSON.parse(await vscode.env.clipboard.readText()) as { batchSize?: number }
    assert.equal(copied.batchSize, runNode().run.state.record.config.batchSize)
  })

  it('delete into the trash, from which it can come back', async () => {
    const { dir, state } = runNode(3).run
    const before = readSweep(sweepDir).runs
    void run('deleteRun', runNode(3))
    await until('deleted', () => !fs.existsSync(dir))
    assert.ok(!readSweep(sweepDir).runs.includes(state.record.id))
    const [trashed] = listTrash(workspaceFolder())
    assert.equal(trashed?.from, path.relative(layout.sweeps(workspaceFolder()), dir))
    undoDelete(workspaceFolder(), trashed?.id ?? '')
    assert.ok(fs.existsSync(dir))
    assert.deepEqual(readSweep(sweepDir).runs, before)
    await vscode.commands.executeCommand('notifications.clearAll')
  })

  it('open the dashboard, and compare runs there', async () => {
    await run('openDashboard', sweepNode())
    await run('compareRuns', runNode(0), [runNode(0), runNode(1)])
    const isOpen = () =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .some(({ label }) => label.includes('paper grid'))
    await until('the dashboard', isOpen)
    await vscode.commands.executeCommand('workbench.action.closeAllEditors')
  })

  it('reveal a run', async () => {
    await run('revealRun', runNode())
    assert.match(vscode.window.activeTextEditor?.document.fileName ?? '', /run\.json$/)
    await vscode.commands.executeCommand('workbench.action.closeAllEditors')
  })

  it('stop, pause, cancel and resume nothing of a sweep that is done', async () => {
    for (const command of ['stopRun', 'pauseRun', 'cancelRun', 'resumeRun', 'retryRun']) {
      await run(command, sweepNode())
    }
    assert.ok(!fs.existsSync(layout.trainerRecord(workspaceFolder())))
    assert.ok(registry.runs().every(({ state }) => state.state === 'done'))
  })

  it('show models, data and summary', async () => {
    for (const view of ['models', 'data', 'summary']) await run(`${view}.focus`)
  })

  it('stand above an experiment file with the number of its runs', async () => {
    const [file] = await vscode.workspace.findFiles('**/*.headway.json')
    assert.ok(file)
    await vscode.workspace.openTextDocument(file)
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      file,
      10,
    )
    const titles = lenses.map(({ command }) => command?.title ?? '')
    assert.ok(
      titles.some((title) => /^\$\(play\) Run/.test(title)),
      titles.join(),
    )
  })
})
