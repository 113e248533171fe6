import './playground.css'
import type { PlaygroundMessage, PlaygroundRequest } from '../../src/core/protocol/playground.ts'
import { registerControls } from '../ui/controls.ts'
import { onThemeChange } from '../ui/theme.ts'
import { PlaygroundPage } from './playgroundPage.ts'
import { type SavedPlayground, savedPlayground } from './savedPlayground.ts'

declare const acquireVsCodeApi: () => {
  postMessage(message: PlaygroundRequest): void
  getState(): unknown
  setState(state: SavedPlayground): void
}

const vscode = acquireVsCodeApi()
const root = document.getElementById('playground') ?? document.body

registerControls()
const page = new PlaygroundPage(
  (request) => vscode.postMessage(request),
  (saved) => vscode.setState(saved),
  savedPlayground(vscode.getState()),
)

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
  if (isPlaygroundMessage(data)) page.receive(data)
})
onThemeChange(() => page.readTheme())
root.replaceChildren(page.root)
vscode.postMessage({ type: 'ready' })
