import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import { extension, manifest, registeredCommands } from './headway.ts'

describe('the extension in a trusted window', () => {
  it('activates', async () => {
    const already = extension().isActive
    const started = performance.now()
    await extension().activate()
    const ms = Math.round(performance.now() - started)
    console.log(
      `      ${already ? 'active already' : `activated in ${ms} ms, round trips included`}`,
    )
    assert.equal(extension().isActive, true)
    assert.equal(vscode.workspace.isTrusted, true)
  })

  it('registers every command of its manifest, and no other', async () => {
    await extension().activate()
    const declared = manifest().contributes.commands.map(({ command }) => command)
    assert.deepEqual(await registeredCommands(), [...declared].sort())
    assert.ok(declared.length > 0)
  })

  it('shows its side panel', async () => {
    await vscode.commands.executeCommand('headway.runs.focus')
  })
})
