import * as vscode from 'vscode'
import { inspectRuntime } from '../../runtime/doctor.ts'
import { plainText } from '../plainText.ts'

/** Says what of the runtime is there and what is missing; the details go to the log. */
export const showDoctor = async (log: vscode.LogOutputChannel): Promise<void> => {
  const runtime = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: 'Headway: examining the runtime' },
    () => inspectRuntime(),
  )
  const { backend, tensorflow, node, models, problems, cache } = runtime
  const engine = tensorflow
    ? `TensorFlow ${tensorflow.version}${tensorflow.gpu ? ' on the GPU' : ' on the processor'}`
    : `the ${backend} backend`
  log.info(`doctor: training uses ${engine}, Node ${node?.version ?? 'none'}, cache ${cache}`)
  log.info(`doctor: models here: ${models.join(', ') || 'none'}`)
  for (const problem of problems) log.warn(`doctor: ${problem}`)
  if (problems.length === 0) {
    void vscode.window.showInformationMessage(`All is well: training uses ${engine}.`)
    return
  }
  const install = 'Install Runtime'
  const answer = await vscode.window.showWarningMessage(
    plainText(problems.join(' ').replaceAll('run headway setup', 'install the runtime')),
    install,
    'Show Log',
  )
  if (answer === install) await vscode.commands.executeCommand('headway.installRuntime')
  else if (answer) log.show(true)
}
