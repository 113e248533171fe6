import path from 'node:path'

/** A run's place within its store. Whoever names its folder may spell the way there otherwise (a link, `..`). */
export const runKey = (runDir: string): string => {
  const run = path.resolve(runDir)
  return `${path.basename(path.dirname(path.dirname(run)))}/${path.basename(run)}`
}
