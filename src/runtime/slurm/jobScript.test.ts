import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { jobScript } from './jobScript.ts'

const script = (more: object = {}) =>
  jobScript({
    name: 'my sweep',
    tasks: 18,
    settings: { workers: 2, partition: 'gpu', time: '2:00:00', gpus: 1, modules: ['cuda/12.5'] },
    node: "/home/o'neil/node",
    trainer: '/cache/trainer.js',
    sweepDir: '/data/$(touch x)/sweep',
    jobDir: '/data/slurm/1',
    version: '1.2.3',
    env: { HEADWAY_CACHE: '/cache' },
    ...more,
  })

describe('the batch script', () => {
  it('asks for what was set', () => {
    const lines = script().split('\n')
    expect(lines[0]).toBe('#!/bin/bash -l')
    for (const line of [
      '#SBATCH --job-name=headway-my_sweep',
      '#SBATCH --array=0-17%2',
      '#SBATCH --partition=gpu',
      '#SBATCH --time=2:00:00',
      '#SBATCH --gres=gpu:1',
      '#SBATCH --requeue',
      'module load cuda/12.5',
    ]) {
      expect(lines).toContain(line)
    }
    expect(script()).not.toMatch(/--account|--mem|cpus|THREADS/)
    expect(script({ settings: {} })).toContain('--array=0-17%18')
  })

  it('is sound bash, whatever the folders are called', () => {
    const checked = spawnSync('bash', ['-n'], { input: script(), encoding: 'utf8' })
    expect(checked.stderr).toBe('')
    expect(script()).toContain(`exec '/home/o'\\''neil/node' '/cache/trainer.js' claim`)
    expect(script()).toContain(`--sweep '/data/$(touch x)/sweep'`)
    expect(() => script({ sweepDir: '/a\nb' })).toThrow('line break')
  })

  it('says where a program is missing on a node', () => {
    const run = spawnSync('bash', [], { input: script({ settings: {} }), encoding: 'utf8' })
    expect(run.status).toBe(66)
    expect(run.stderr).toContain("/home/o'neil/node is not there on")
  })
})
