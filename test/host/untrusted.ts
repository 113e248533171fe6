import assert from 'node:assert/strict'
import fs from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import { extension, manifest, registeredCommands, workspaceFolder } from './headway.ts'

/** Long enough for a command that did launch to have written its records. */
const launchMs = 3000

const sampleExperiment = async (): Promise<vscode.Uri> => {
  const [file] = await vscode.workspace.findFiles('**/*.headway.json')
  assert.ok(file, 'the sample workspace has no experiment file')
  return file
}

describe('the extension in a window that is not trusted', () => {
  it('activates, with all its commands', async () => {
    assert.equal(vscode.workspace.isTrusted, false)
    await extension().activate()
    const declared = manifest().contributes.commands.map(({ command }) => command)
    assert.deepEqual(await registeredCommands(), [...declared].sort())
  })

  it('shows its side panel', async () => {
    await vscode.commands.executeCommand('headway.runs.focus')
  })

  it('does not launch', async () => {
    const file = await sampleExperiment()
    const calls = [['headway.runExperiment', file], ['headway.fineTune']] as const
    for (const [command, ...args] of calls) {
      const settled = vscode.commands.executeCommand(command, ...args).then(
        () => {},
        () => {},
      )
      await Promise.race([settled, wait(launchMs)])
    }
    await wait(launchMs)
    // A launch would write beside the experiment's file, or into the folder that is open.
    const written = fs
      .readdirSync(workspaceFolder(), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.includes('.headway') && !name.endsWith('.headway.json'))
    assert.deepEqual(written, [])
  })
})
