import './summary.css'
import type { SummaryMessage, SummaryRequest } from '../../src/core/protocol/summary.ts'
import { SummaryPage } from './summaryPage.ts'

declare const acquireVsCodeApi: () => { postMessage(message: SummaryRequest): void }

const vscode = acquireVsCodeApi()
const root = document.getElementById('summary') ?? document.body
const page = new SummaryPage((request) => vscode.postMessage(request))

/** Only the host posts here; what has no known type is dropped. */
const isSummaryMessage = (data: unknown): data is SummaryMessage =>
  typeof data === 'object' &&
  data !== null &&
  'type' in data &&
  (data.type === 'glance' || data.type === 'none')

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (!isSummaryMessage(data)) return
  if (data.type === 'glance') page.update(data.glance, data.others)
  else page.clear()
})
root.replaceChildren(page.root)
vscode.postMessage({ type: 'ready' })
