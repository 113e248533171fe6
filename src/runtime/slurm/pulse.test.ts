import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { layout } from '../../core/runs/store.ts'
import { Pulses } from './pulse.ts'

let run: string
let time = 0
const beat = (text: string) => fs.writeFileSync(layout.heartbeat(run, 1), text)

beforeEach(() => {
  run = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-pulse-'))
  fs.mkdirSync(layout.attempt(run, 1))
  time = 0
})
afterEach(() => fs.rmSync(run, { recursive: true }))

/** Looks every second, for so long. */
const watch = (pulses: Pulses, seconds: number): string => {
  let last = ''
  for (let i = 0; i < seconds; i++) {
    time += 1000
    last = pulses.look(run, 1)
  }
  return last
}

describe('the pulse of an attempt', () => {
  it('is seen, missed, and lost', () => {
    const pulses = new Pulses(30_000, () => time)
    beat('1')
    expect(pulses.look(run, 1)).toBe('unknown')
    beat('2')
    expect(watch(pulses, 1)).toBe('beats')
    expect(watch(pulses, 30)).toBe('unknown')
    expect(watch(pulses, 1)).toBe('silent')
  })

  it('needs no right clock', () => {
    const pulses = new Pulses(30_000, () => time)
    beat('9999999999999')
    pulses.look(run, 1)
    beat('1')
    expect(watch(pulses, 1)).toBe('beats')
  })

  it('is not judged by one who stood still', () => {
    const pulses = new Pulses(30_000, () => time)
    beat('1')
    pulses.look(run, 1)
    time += 300_000
    expect(pulses.look(run, 1)).toBe('unknown')
    expect(watch(pulses, 10)).toBe('unknown')
  })

  it('of an attempt that never had one is lost as well', () => {
    const pulses = new Pulses(30_000, () => time)
    pulses.look(run, 1)
    expect(watch(pulses, 31)).toBe('silent')
  })
})
