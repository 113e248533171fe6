import { spawn } from 'node:child_process'
import path from 'node:path'
import * as vscode from 'vscode'
import { InputError } from '../../core/errors.ts'
import type { ExperimentFile } from '../../core/experiment/schema.ts'
import type { TimeEstimate } from '../../core/preflight/estimate.ts'
import type { MachineReport } from '../../core/preflight/machine.ts'
import type { Preflight } from '../../core/preflight/preflight.ts'
import { trainerEnvironment } from '../../runtime/launchTrainer.ts'
import { requireTrainerNode } from '../../runtime/node.ts'
import { readSettings } from '../settings.ts'
import { onText } from './outputText.ts'

export interface PreflightResult extends Preflight {
  readonly machine: MachineReport
  readonly estimate: TimeEstimate | null
}

/**
 * `headway data` as a process of its own: millions of rows, and a training step to measure, are no
 * work for the extension host.
 * @returns undefined where the user cancelled
 * @throws InputError with what it said last
 */
export const runPreflightProcess = (
  experiment: ExperimentFile,
  base: string,
  dist: string,
): Thenable<PreflightResult | undefined> =>
  vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: 'Headway: looking through the data',
      cancellable: true,
    },
    async (progress, token) => {
      const node = await requireTrainerNode(({ step }) => progress.report({ message: step }), {
        setting: readSettings().nodePath,
      })
      return new Promise<PreflightResult | undefined>((resolve, reject) => {
        const child = spawn(node, [path.join(dist, 'cli.js'), ...argumentsOf(experiment)], {
          cwd: base,
          // Its own process group: the measurement that it starts ends with it.
          detached: process.platform !== 'win32',
          env: trainerEnvironment(process.env),
          stdio: ['ignore', 'pipe', 'pipe'],
          windowsHide: true,
        })
        let output = ''
        let lastLine = ''
        onText(child.stdout, (text) => {
          output += text
        })
        onText(child.stderr, (text) => {
          const lines = text.split(/[\r\n]+/)
          lastLine = lines.filter((line) => line.trim() !== '').at(-1) ?? lastLine
          progress.report({ message: lastLine })
        })
        token.onCancellationRequested(() => end(child.pid))
        child.once('error', reject)
        child.once('close', () => {
          if (token.isCancellationRequested) return resolve(undefined)
          const result = readResult(output)
          if (result) resolve(result)
          else reject(new InputError(lastLine || 'The data could not be looked through.'))
        })
      })
    },
  )

const argumentsOf = ({ head, model, data, regression }: ExperimentFile): string[] => {
  const flags: Readonly<Record<string, string | number | undefined>> = {
    head,
    model,
    'text-column': data.textColumn,
    'text-pair-column': data.textPairColumn,
    'label-column': data.labelColumn,
  }
  const given = Object.entries(flags).filter(([, value]) => value !== undefined)
  return [
    'data',
    ...given.map(([name, value]) => `--${name}=${value}`),
    ...(regression ? ['--regression'] : []),
    '--json',
    '--',
    data.train,
    ...(data.dev === undefined ? [] : [data.dev]),
  ]
}

/** It is this extension's own program, of the same version. */
const readResult = (output: string): PreflightResult | undefined => {
  try {
    const result = JSON.parse(output.trim().split('\n').at(-1) ?? '') as object
    return 'findings' in result ? (result as PreflightResult) : undefined
  } catch {
    return undefined
  }
}

const end = (pid: number | undefined): void => {
  if (pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGTERM')
  } catch {
    // It has ended by itself.
  }
}
