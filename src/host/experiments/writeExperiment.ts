import fs from 'node:fs'
import path from 'node:path'
import { paperGrid } from '../../core/experiment/presets.ts'
import type { ExperimentFile } from '../../core/experiment/schema.ts'
import { slug } from '../../core/launch/slug.ts'

interface NewExperiment {
  readonly experiment: ExperimentFile
  /** Folder that its paths are relative to. */
  readonly base: string
  readonly name: string
}

/**
 * Writes an experiment file, never over one that is there. The paper's grid is written out, so that
 * it can be changed where it stands.
 * @returns the file
 */
export const writeExperiment = ({ experiment, base, name }: NewExperiment): string => {
  const { grid, seeds, ...rest } = experiment
  const lists =
    grid === 'paper'
      ? {
          learningRate: [...paperGrid.learningRate],
          batchSize: [...paperGrid.batchSize],
          epochs: [...paperGrid.epochs],
        }
      : {}
  const text = JSON.stringify({ ...rest, ...lists, seeds: seeds ?? [1] }, null, 2)
  // Lists of numbers on one line: they are read as a grid.
  const compact = text.replace(/\[\s+([\d\s.,e-]+?)\s+\]/g, (_, inner: string) => {
    return `[${inner.split(/\s*,\s*/).join(', ')}]`
  })
  for (let number = 1; ; number++) {
    const stem = number === 1 ? slug(name) : `${slug(name)}-${number}`
    const file = path.join(base, `${stem}.headway.json`)
    try {
      fs.writeFileSync(file, `${compact}\n`, { flag: 'wx' })
      return file
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}
