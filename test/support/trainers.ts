import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

interface TrainerFile {
  readonly process: { readonly pid: number }
}

/** Folders below `folder` (itself too) that hold a `.headway`. */
const stores = (folder: string): string[] =>
  fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => path.basename(name) === '.headway')
    .map((name) => path.join(folder, path.dirname(name)))

/** Pids in the `trainer.json` files of a workspace; the processes need not live any more. */
export const trainerPids = (folder: string): number[] =>
  stores(folder)
    .map((store) => path.join(store, '.headway/trainer.json'))
    .filter((file) => fs.existsSync(file))
    .map((file) => (JSON.parse(fs.readFileSync(file, 'utf8')) as TrainerFile).process.pid)

export const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Trainers outlive their window by design: a test's own must go before its folder does. */
export const stopTrainers = async (folder: string): Promise<void> => {
  const pids = trainerPids(folder).filter(isRunning)
  for (const pid of pids) process.kill(pid, 'SIGTERM')
  for (let i = 0; i < 50 && pids.some(isRunning); i++) await wait(100)
  for (const pid of pids.filter(isRunning)) process.kill(pid, 'SIGKILL')
}
