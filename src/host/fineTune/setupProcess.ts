import { spawn } from 'node:child_process'
import path from 'node:path'
import * as vscode from 'vscode'
import { findGpus } from '../../runtime/gpu.ts'
import { trainerEnvironment } from '../../runtime/launchTrainer.ts'
import { requireTrainerNode } from '../../runtime/node.ts'
import { readSettings } from '../settings.ts'
import { type Build, buildChoices } from './buildChoices.ts'

/**
 * `headway setup` as a process of its own: hundreds of megabytes are unpacked and a compiler runs,
 * which is no work for the extension host, and a process can be called off at any moment. What was
 * downloaded is kept for the next time.
 * @returns false where the user cancelled
 * @throws Error with the last line that setup said
 */
export const runSetup = async (
  dist: string,
  log: vscode.LogOutputChannel,
  gpu = false,
): Promise<boolean> =>
  vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: 'Headway: installing the runtime',
      cancellable: true,
    },
    async (progress, token) => {
      const { nodePath, indexUrl } = readSettings()
      const node = await requireTrainerNode(({ step }) => progress.report({ message: step }), {
        setting: nodePath,
      })
      const flags = [...(gpu ? ['--gpu'] : []), ...(indexUrl ? ['--index', indexUrl] : [])]
      const args = [path.join(dist, 'cli.js'), 'setup', ...flags]
      return new Promise<boolean>((resolve, reject) => {
        const child = spawn(node, args, {
          // Its own process group: pip and the compiler end with it.
          detached: process.platform !== 'win32',
          env: trainerEnvironment(process.env),
          stdio: ['ignore', 'pipe', 'pipe'],
          windowsHide: true,
        })
        let lastLine = ''
        const take = (chunk: Buffer) => {
          for (const line of chunk.toString('utf8').split(/[\r\n]+/)) {
            if (line.trim() === '') continue
            lastLine = line.trim()
            log.info(lastLine)
            progress.report({ message: lastLine })
          }
        }
        child.stdout.on('data', take)
        child.stderr.on('data', take)
        token.onCancellationRequested(() => end(child.pid))
        child.once('error', reject)
        child.once('close', (code) => {
          if (token.isCancellationRequested) resolve(false)
          else if (code === 0) resolve(true)
          else reject(new Error(lastLine || `headway setup ended with code ${code}.`))
        })
      })
    },
  )

/** Which TensorFlow to install: asked where there is a choice. @returns undefined where the user left */
export const chooseBuild = async (): Promise<Build | undefined> => {
  const builds = buildChoices(await findGpus())
  if (builds.length === 1) return builds[0]
  return vscode.window.showQuickPick(builds, { placeHolder: 'Install which TensorFlow?' })
}

const end = (pid: number | undefined): void => {
  if (pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGTERM')
  } catch {
    // It has ended by itself.
  }
}
