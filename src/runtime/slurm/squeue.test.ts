import { describe, expect, it } from 'vitest'
import { isActive, parseSqueue } from './squeue.ts'

const job = (more: object) => ({
  array_job_id: 7,
  array_task_id: 0,
  array_task_string: '',
  job_state: 'RUNNING',
  state_reason: 'None',
  nodes: 'n1',
  restart_cnt: 0,
  ...more,
})
const parse = (...jobs: object[]) => parseSqueue(JSON.stringify({ jobs }), '7')

describe('what squeue says', () => {
  it('of an array: its tasks, and those that wait as one', () => {
    const waiting = {
      array_task_id: null,
      array_task_string: '3-17%2',
      job_state: 'PENDING',
      state_reason: 'JobArrayTaskLimit',
      nodes: '',
    }
    expect(parse(job({}), job(waiting), job({ array_job_id: 8 }), { job_id: 9 })).toEqual([
      { task: '0', state: 'RUNNING', reason: '', nodes: 'n1', restarts: 0 },
      { task: '3-17%2', state: 'PENDING', reason: 'JobArrayTaskLimit', nodes: '', restarts: 0 },
    ])
  })

  it('in later versions, with numbers as objects and states as lists', () => {
    const number = (value: number, set = true) => ({ set, infinite: false, number: value })
    const later = { array_job_id: number(7), array_task_id: number(4), job_state: ['RUNNING'] }
    expect(parse(job(later))).toMatchObject([{ task: '4', state: 'RUNNING' }])
    const unset = { array_task_id: number(0, false), array_task_string: '5-9' }
    expect(parse(job(unset))).toMatchObject([{ task: '5-9' }])
  })

  it('of a task that is over or not', () => {
    const states = (...each: string[]) =>
      each.map((state) => isActive({ task: '0', state, reason: '', nodes: '', restarts: 0 }))
    expect(states('PENDING', 'RUNNING', 'SUSPENDED', 'REQUEUED', 'COMPLETED+COMPLETING')).toEqual([
      true,
      true,
      true,
      true,
      true,
    ])
    expect(states('COMPLETED', 'FAILED', 'NODE_FAIL', 'CANCELLED', 'TIMEOUT')).toEqual(
      Array(5).fill(false),
    )
  })

  it('must be what squeue says', () => {
    expect(() => parseSqueue('{}', '7')).toThrow('names no jobs')
  })
})
