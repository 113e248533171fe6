import './playground.css'
import type { PlaygroundMessage, PlaygroundRequest } from '../../src/core/protocol/playground.ts'
import { registerControls } from '../ui/controls.ts'
import { onThemeChange } from '../ui/theme.ts'
import { PlaygroundPage } from './playgroundPage.ts'

declare const acquireVsCodeApi: () => {
  postMessage(message: PlaygroundRequest): void
  /** By the folder of its model a tab is found again; all else the host remembers. */
  setState(state: { folder: string }): void
}

const vscode = acquireVsCodeApi()
const root = document.getElementById('playground') ?? document.body

registerControls()
const page = new PlaygroundPage((request) => vscode.postMessage(request))

const messageTypes: Readonly<Record<PlaygroundMessage['type'], true>> = {
  loading: true,
  model: true,
  traced: true,
  failed: true,
}

/** Only the host posts here; what has no known type is dropped. */
const isPlaygroundMessage = (data: unknown): data is PlaygroundMessage =>
  typeof data === 'object' &&
  data !== null &&
  'type' in data &&
  typeof data.type === 'string' &&
  Object.hasOwn(messageTypes, data.type)

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (!isPlaygroundMessage(data)) return
  if (data.type === 'model') vscode.setState({ folder: data.folder })
  page.receive(data)
})
onThemeChange(() => page.readTheme())
root.replaceChildren(page.root)
vscode.postMessage({ type: 'ready' })
