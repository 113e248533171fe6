import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sealAttempt, sealOf } from './attemptSeal.ts'
import { tryClaimAttempt } from './store.ts'

let run: string
beforeEach(() => {
  run = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-seal-'))
  tryClaimAttempt(run, 1)
})
afterEach(() => fs.rmSync(run, { recursive: true }))

describe('sealing an attempt', () => {
  it('is done by one of the two who want to, and the other one is told', () => {
    expect(sealOf(run, 1)).toBeUndefined()
    expect(sealAttempt(run, 1, 'successor')).toBe(true)
    expect(sealAttempt(run, 1, 'owner')).toBe(false)
    expect(sealOf(run, 1)).toBe('successor')
    expect(fs.readdirSync(path.join(run, 'attempt-1'))).toEqual(['seal'])
  })

  it('is of one attempt', () => {
    sealAttempt(run, 1, 'successor')
    tryClaimAttempt(run, 2)
    expect(sealAttempt(run, 2, 'owner')).toBe(true)
    expect([sealOf(run, 1), sealOf(run, 2)]).toEqual(['successor', 'owner'])
  })

  it('fails where the attempt is gone', () => {
    expect(() => sealAttempt(run, 9, 'owner')).toThrow('ENOENT')
  })
})
