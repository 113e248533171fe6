import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { layout } from '../core/runs/store.ts'
import { Pulses } from './pulse.ts'

let run: string
let file: string
let time = 0
const beat = (text: string) => fs.writeFileSync(file, text)

beforeEach(() => {
  run = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-pulse-'))
  fs.mkdirSync(layout.attempt(run, 1))
  file = layout.heartbeat(run, 1)
  time = 0
})
afterEach(() => fs.rmSync(run, { recursive: true }))

/** Looks every second, for so long. */
const watch = (pulses: Pulses, seconds: number): string => {
  let last = ''
  for (let i = 0; i < seconds; i++) {
    time += 1000
    last = pulses.look(file)
  }
  return last
}

describe('the pulse of an attempt', () => {
  it('is seen, missed, and lost', () => {
    const pulses = new Pulses(30_000, () => time)
    beat('1')
    expect(pulses.look(file)).toBe('unknown')
    beat('2')
    expect(watch(pulses, 1)).toBe('beats')
    expect(watch(pulses, 30)).toBe('unknown')
    expect(watch(pulses, 1)).toBe('silent')
  })

  it('needs no right clock', () => {
    const pulses = new Pulses(30_000, () => time)
    beat('9999999999999')
    pulses.look(file)
    beat('1')
    expect(watch(pulses, 1)).toBe('beats')
  })

  it('is not judged by one who stood still', () => {
    const pulses = new Pulses(30_000, () => time)
    beat('1')
    pulses.look(file)
    time += 300_000
    expect(pulses.look(file)).toBe('unknown')
    expect(watch(pulses, 10)).toBe('unknown')
  })

  it('of an attempt that never had one is lost as well', () => {
    const pulses = new Pulses(30_000, () => time)
    pulses.look(file)
    expect(watch(pulses, 31)).toBe('silent')
  })

  it('is said to live from the first beat seen until the silence', () => {
    const pulses = new Pulses(30_000, () => time)
    const livesIn = (seconds: number) => {
      watch(pulses, seconds - 1)
      time += 1000
      return pulses.lives(file)
    }
    beat('1')
    expect(pulses.lives(file)).toBeUndefined()
    expect(livesIn(3)).toBeUndefined()
    beat('2')
    expect(livesIn(1)).toBe(true)
    expect(livesIn(20)).toBe(true)
    expect(livesIn(20)).toBe(false)
    beat('3')
    expect(livesIn(1)).toBe(true)
  })
})
