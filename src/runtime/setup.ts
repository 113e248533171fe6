import fs from 'node:fs'
import path from 'node:path'
import { messageOf } from '../core/errors.ts'
import { cacheDir, runtimeDir } from './cache.ts'
import { isDiskFull } from './download.ts'
import { installModel, starterModel } from './models.ts'
import type { Report } from './progress.ts'
import { installTensorflow } from './tensorflow.ts'

export interface SetupOptions {
  readonly gpu?: boolean
  readonly cache?: string
  readonly indexUrl?: string
}

/** What could not be brought the last time, and why: one sentence each. */
interface Failures {
  tensorflow?: string
  model?: string
}

/**
 * Brings all that training needs: TensorFlow, its binding, the starter model. What fails does not
 * keep the rest from coming.
 * @returns one sentence for each part that could not be brought
 */
export const setUp = async (options: SetupOptions, report: Report): Promise<string[]> => {
  const { cache = cacheDir() } = options
  const failures: Failures = {}
  try {
    await installTensorflow(options, report)
  } catch (error) {
    failures.tensorflow = explain(error)
  }
  try {
    await installModel(starterModel, report, options)
  } catch (error) {
    failures.model = explain(error)
  }
  remember(cache, failures)
  return Object.values(failures)
}

const explain = (error: unknown): string =>
  isDiskFull(error)
    ? 'The disk is full: free some space, or let HEADWAY_CACHE name a folder on a larger disk, and run headway setup again.'
    : messageOf(error)

/** Why parts are missing since the last setup; empty where nothing failed. */
export const lastFailures = (cache: string = cacheDir()): Failures => {
  try {
    return JSON.parse(fs.readFileSync(failureFile(cache), 'utf8')) as Failures
  } catch {
    return {}
  }
}

// scripts/bootstrap.mjs looks for it, so that a machine without a compiler is not asked at each call.
const failureFile = (cache: string) => path.join(runtimeDir(cache), 'failed.json')

const remember = (cache: string, failures: Failures) => {
  try {
    fs.rmSync(failureFile(cache), { force: true })
    if (Object.keys(failures).length === 0) return
    fs.mkdirSync(runtimeDir(cache), { recursive: true, mode: 0o700 })
    fs.writeFileSync(failureFile(cache), JSON.stringify({ ...failures, time: Date.now() }))
  } catch {
    // The disk may be full: then there is nothing to remember it on.
  }
}
