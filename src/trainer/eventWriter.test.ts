import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { EventLogReader } from '../core/runs/eventLog.ts'
import type { RunEvent, RunEventBody } from '../core/runs/events.ts'
import { type EventSink, EventWriter, fileSink } from './eventWriter.ts'

const step = (n: number, loss = 0.5): RunEventBody => ({
  type: 'step',
  step: n,
  epoch: 0,
  loss,
  learningRate: 1e-5,
  stepMs: 1,
  examples: 1,
})

/** A disk with room for so many bytes. */
class SmallDisk implements EventSink {
  text = ''
  constructor(public room: number) {}
  append(bytes: Uint8Array): number {
    if (this.room === 0) throw new Error('ENOSPC: no space left on device, write')
    const taken = bytes.subarray(0, this.room)
    this.room -= taken.length
    this.text += Buffer.from(taken).toString()
    return taken.length
  }
  sync(): Promise<void> {
    return Promise.resolve()
  }
  close(): void {}
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headway-events-'))
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

describe('EventWriter', () => {
  it('writes whole lines that the reader takes, in order', () => {
    fs.mkdirSync(folder, { recursive: true })
    const file = path.join(folder, 'events.jsonl')
    const told: RunEvent[] = []
    const writer = new EventWriter(fileSink(file), Date.now, (event) => told.push(event))
    for (let n = 1; n <= 3; n++) writer.write(step(n))
    writer.close()
    expect(new EventLogReader(file).read()).toEqual(told)
    expect(told.map((event) => event.seq)).toEqual([1, 2, 3])
  })

  it('keeps what a full disk does not take, warns once, and writes all in order later', () => {
    const disk = new SmallDisk(150)
    const told: RunEvent[] = []
    const writer = new EventWriter(
      disk,
      () => 1,
      (event) => told.push(event),
    )
    for (let n = 1; n <= 4; n++) writer.write(step(n))
    expect(writer.hasUnwritten).toBe(true)
    writer.retry()
    expect(told.map((event) => event.type)).toEqual(['step', 'step', 'log', 'step', 'step'])
    disk.room = 20
    writer.retry()
    expect(writer.hasUnwritten).toBe(true)
    disk.room = 10_000
    writer.retry()
    expect(writer.hasUnwritten).toBe(false)
    const lines = disk.text.trimEnd().split('\n')
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual(told)
    expect(told.map((event) => event.seq)).toEqual([1, 2, 3, 4, 5, 6])
    expect(told.at(-1)).toMatchObject({ type: 'log', level: 'info' })
  })

  it('says nothing after the last event', () => {
    const disk = new SmallDisk(0)
    const writer = new EventWriter(
      disk,
      () => 1,
      () => {},
    )
    writer.write({ type: 'finished', state: 'stopped', seconds: 1 })
    disk.room = 10_000
    writer.retry()
    expect(disk.text.trimEnd().split('\n')).toHaveLength(1)
    expect(writer.hasUnwritten).toBe(false)
  })

  it.skipIf(!fs.existsSync('/dev/full'))('meets a disk that is really full', () => {
    const writer = new EventWriter(fileSink('/dev/full'), Date.now, () => {})
    writer.write(step(1))
    expect(writer.hasUnwritten).toBe(true)
    writer.close()
  })

  it('says what JSON cannot, instead of a line that no reader takes', () => {
    const told: RunEvent[] = []
    const writer = new EventWriter(
      new SmallDisk(10_000),
      () => 1,
      (event) => told.push(event),
    )
    writer.write(step(1, Number.NaN))
    writer.write({ type: 'finished', state: 'done', seconds: Number.POSITIVE_INFINITY })
    expect(told[0]).toMatchObject({ type: 'log', level: 'warning' })
    expect(told[1]).toMatchObject({ type: 'finished', state: 'done', seconds: 0 })
  })
})
