import './dashboard.css'
import type { DashboardMessage, DashboardRequest } from '../../src/core/protocol/dashboard.ts'
import { button, progressRing, registerControls } from '../ui/controls.ts'
import { element } from '../ui/dom.ts'
import { onThemeChange, readTheme } from '../ui/theme.ts'
import { AnswerStrip } from './answerStrip.ts'
import { Charts } from './charts.ts'
import { DashboardState } from './dashboardState.ts'
import { Header } from './header.ts'
import { Notice } from './notice.ts'
import { RunsTable } from './runsTable.ts'

interface SavedState {
  readonly sweepDir: string
  readonly smoothing: number
}

declare const acquireVsCodeApi: () => {
  postMessage(message: DashboardRequest): void
  getState(): Partial<SavedState> | undefined
  setState(state: SavedState): void
}

const vscode = acquireVsCodeApi()
const root = document.getElementById('dashboard') ?? document.body
const send = (request: DashboardRequest): void => vscode.postMessage(request)
const sweepDir = root.dataset.sweep ?? ''
const defaultSmoothing = 0.8
const saved = vscode.getState()
const smoothing = saved?.smoothing ?? defaultSmoothing
const save = (weight: number): void => vscode.setState({ sweepDir, smoothing: weight })

registerControls()
save(smoothing)

const state = new DashboardState()
const header = new Header(send)
const notice = new Notice(send)
const answer = new AnswerStrip()
const charts = new Charts(smoothing, (weight) => {
  save(weight)
  scheduleDraw()
})
const table = new RunsTable()
const sweepPage = [header.root, notice.root, answer.root, charts.root, table.root]

let theme = readTheme()
let drawing = false
let shown: string | undefined

/** However many messages come, the screen is drawn once a frame. */
function scheduleDraw(): void {
  if (drawing) return
  drawing = true
  requestAnimationFrame(() => {
    drawing = false
    draw()
  })
}

const show = (key: string, make: () => readonly HTMLElement[]): void => {
  if (shown === key) return
  shown = key
  root.replaceChildren(...make())
}

const draw = (): void => {
  const { page } = state
  switch (page.type) {
    case 'loading':
      show('loading', loadingPage)
      return
    case 'missing':
      show(`missing ${page.reason}`, () => missingPage(page.reason))
      return
    case 'sweep':
      show('sweep', () => sweepPage)
      header.update(page.state, page.trusted)
      notice.update(page.state, page.trusted)
      answer.update(page.state.runs)
      charts.update(page.state.runs, theme)
      table.update(page.state.runs)
      return
    default:
      page satisfies never
  }
}

const loadingPage = (): HTMLElement[] => [
  element(
    'section',
    { class: 'page', testId: 'loading', role: 'status' },
    progressRing(),
    element('p', {}, 'Reading the runs…'),
  ),
]

const missingPage = (reason: string): HTMLElement[] => [
  element(
    'section',
    { class: 'page', testId: 'missing' },
    element('h1', {}, 'Nothing to show'),
    element('p', {}, reason),
    element(
      'div',
      { class: 'buttons' },
      button({ label: 'Fine-Tune…', kind: 'primary', onClick: () => send({ type: 'startNew' }) }),
      button({ label: 'Show Log', onClick: () => send({ type: 'showLog' }) }),
    ),
  ),
]

/** Only the host posts here; what has no known type is dropped. */
const isDashboardMessage = (data: unknown): data is DashboardMessage =>
  typeof data === 'object' &&
  data !== null &&
  'type' in data &&
  (data.type === 'snapshot' || data.type === 'delta' || data.type === 'missing')

window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (!isDashboardMessage(data)) return
  if (state.receive(data) === 'gap') send({ type: 'resync', lastSeq: state.lastSeq })
  scheduleDraw()
})
root.addEventListener('redraw', scheduleDraw)
onThemeChange(() => {
  theme = readTheme()
  scheduleDraw()
})

scheduleDraw()
send({ type: 'ready' })
