import { describe, expect, it } from 'vitest'
import { RunQueue } from './runQueue.ts'

const queueOf = (...runs: string[]): RunQueue => {
  const queue = new RunQueue()
  queue.add(runs)
  return queue
}

describe('RunQueue', () => {
  it('gives runs in order, then ends', () => {
    const queue = queueOf('a', 'b')
    expect([queue.next(), queue.next(), queue.isEnded]).toEqual(['a', 'b', false])
    expect([queue.next(), queue.isEnded]).toEqual([null, true])
  })

  it('takes a run once', () => {
    const queue = queueOf('a', 'b', 'a')
    queue.next()
    queue.add(['a', 'b', 'c'])
    expect([queue.running, ...queue.queued]).toEqual(['a', 'b', 'c'])
  })

  it('takes a run again that is being stopped', () => {
    const queue = queueOf('a')
    queue.next()
    expect(queue.stop(['a'])).toEqual({ removed: [], stopRunning: true })
    queue.add(['a'])
    expect([queue.next(), queue.stopping]).toEqual(['a', false])
  })

  it('takes a run again that is over while its trainer is at its sweep, and only that one', () => {
    const queue = queueOf('a', 'b')
    queue.next()
    queue.over()
    queue.add(['a', 'a', 'b'])
    expect([queue.running, ...queue.queued]).toEqual(['a', 'b', 'a'])
    expect([queue.next(), queue.next()]).toEqual(['b', 'a'])
    queue.add(['a'])
    expect(queue.queued).toEqual([])
  })

  it('puts a run first, new or queued, and leaves the one at work', () => {
    const queue = queueOf('a', 'b', 'c')
    queue.next()
    queue.first('c')
    queue.first('d')
    queue.first('a')
    expect([queue.running, ...queue.queued]).toEqual(['a', 'd', 'c', 'b'])
  })

  it('stops one, or all', () => {
    const queue = queueOf('a', 'b', 'c')
    queue.next()
    expect(queue.stop(['b'])).toEqual({ removed: ['b'], stopRunning: false })
    expect(queue.stop(['x'])).toEqual({ removed: [], stopRunning: false })
    expect(queue.stopping).toBe(false)
    expect(queue.stop()).toEqual({ removed: ['c'], stopRunning: true })
    expect([queue.stopping, queue.next()]).toEqual([true, null])
  })
})
