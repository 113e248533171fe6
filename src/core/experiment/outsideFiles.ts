import fs from 'node:fs'
import path from 'node:path'
import { isInside } from '../files/isInside.ts'
import type { ExperimentFile } from './schema.ts'

/**
 * What an experiment reads that lies outside these folders, links followed: real paths, each once.
 * Names of the Hub, and what is not there, are no files.
 */
export const filesOutside = (
  { model, data }: Pick<ExperimentFile, 'model' | 'data'>,
  base: string,
  folders: readonly string[],
): string[] => {
  const roots = folders.flatMap((folder) => realPath(folder) ?? [])
  const named = [model, data.train, data.dev, data.test]
  const real = named.flatMap((name) =>
    name === undefined ? [] : (realPath(path.resolve(base, name)) ?? []),
  )
  return [...new Set(real)].filter((file) => !roots.some((root) => isInside(file, root)))
}

const realPath = (file: string): string | undefined => {
  try {
    return fs.realpathSync(file)
  } catch {
    return undefined
  }
}
