import os from 'node:os'
import path from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Where Headway keeps what it fetched: `HEADWAY_CACHE`, else the platform's place for caches.
 * scripts/vscode/cache.mjs follows the same rule.
 */
export const cacheDir = (
  environment: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = os.homedir(),
): string => {
  if (environment.HEADWAY_CACHE) return path.resolve(environment.HEADWAY_CACHE)
  if (environment.XDG_CACHE_HOME) return path.join(environment.XDG_CACHE_HOME, 'headway')
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'headway')
  if (platform === 'win32' && environment.LOCALAPPDATA)
    return path.join(environment.LOCALAPPDATA, 'headway')
  return path.join(home, '.cache', 'headway')
}

export const runtimeDir = (cache: string = cacheDir()): string => path.join(cache, 'runtime')
export const modelsDir = (cache: string = cacheDir()): string => path.join(cache, 'models')
export const downloadsDir = (cache: string = cacheDir()): string => path.join(cache, 'downloads')
/** Data sets of the Hub, and Parquet files, as JSONL. */
export const dataDir = (cache: string = cacheDir()): string => path.join(cache, 'data')
