import { spawn } from 'node:child_process'
import { expect, it } from 'vitest'
import { identityOf, isOtherMachine, isProcessAlive, ownIdentity } from './processIdentity.ts'

it('knows this process, and not another one with its pid', () => {
  const own = ownIdentity()
  expect(isProcessAlive(own)).toBe(true)
  expect(isProcessAlive({ ...own, startTime: `${own.startTime}0` })).toBe(false)
  expect(isOtherMachine(own)).toBe(false)
})

it('sees a process end', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  const identity = identityOf(child.pid!)!
  expect(isProcessAlive(identity)).toBe(true)
  expect(identity.startTime).not.toBe(ownIdentity().startTime)
  child.kill('SIGKILL')
  await new Promise((resolve) => child.once('exit', resolve))
  expect(isProcessAlive(identity)).toBe(false)
  expect(identityOf(child.pid!)).toBeUndefined()
})

it.runIf(process.platform === 'linux')('goes by the boot, not by a name that changes', () => {
  const own = ownIdentity()
  expect(isProcessAlive({ ...own, host: 'renamed' })).toBe(true)
  expect(isOtherMachine({ ...own, host: 'renamed' })).toBe(false)
  expect(isOtherMachine({ host: 'elsewhere', pid: own.pid, startTime: 'other-boot:1' })).toBe(true)
})
