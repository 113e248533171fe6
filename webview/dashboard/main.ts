import './dashboard.css'
import type { DashboardMessage, DashboardRequest } from '../../src/core/protocol/dashboard.ts'
import { isActive } from '../../src/core/runs/describe.ts'
import { registerControls } from '../ui/controls.ts'
import { onThemeChange } from '../ui/theme.ts'
import { stepsBetween } from './curveSeries.ts'
import { DashboardPage } from './dashboardPage.ts'
import { DashboardState } from './dashboardState.ts'
import { makeExporter } from './exports.ts'
import { emptyPage, loadingPage, missingPage } from './pages.ts'
import { Silence } from './silence.ts'
import { markOfRun, nameOfSweep } from './sweepView.ts'
import { restoreView, type SavedView, View } from './view.ts'

declare const acquireVsCodeApi: () => {
  postMessage(message: DashboardRequest): void
  getState(): unknown
  setState(state: SavedView & { readonly sweepDir: string }): void
}

declare global {
  interface Window {
    /** What came before this script was there (src/host/dashboard/html.ts). */
    early?: unknown[] | undefined
  }
}

/** Longer than a snapshot takes on a slow machine. */
const askAgainMs = 3000

const vscode = acquireVsCodeApi()
const root = document.getElementById('dashboard') ?? document.body
const send = (request: DashboardRequest): void => vscode.postMessage(request)
const sweepDir = root.dataset.sweep ?? ''
const save = (saved: SavedView): void => vscode.setState({ ...saved, sweepDir })

registerControls()
const state = new DashboardState()
const view = new View(restoreView(vscode.getState()), {
  changed: () => scheduleDraw(),
  hovered: (runs) => page.highlight(runs),
  save,
  zoomed: () => askForDetail(),
})
save(view.saved)

const page = new DashboardPage(
  view,
  send,
  {
    star: (run) => send({ type: 'mark', run, star: !markOf(run).star }),
    hide: (run) => send({ type: 'mark', run, hidden: !markOf(run).hidden }),
    recolor: (run) => {
      const next = (Number(view.saved.colors[run] ?? -1) + 1) % 7
      const { [run]: _, ...others } = view.saved.colors
      // After the last one comes its own colour again.
      view.set({ colors: next === 6 ? others : { ...others, [run]: String(next) } })
    },
    reveal: (run) => send({ type: 'reveal', run }),
    stop: (run) => send({ type: 'stop', run }),
    retry: (run) => send({ type: 'resume', run }),
    copyConfiguration: (run) => {
      const found = runs().find(({ record }) => record.id === run)
      if (found) send({ type: 'copy', text: JSON.stringify(found.record.config, null, 2) })
    },
  },
  makeExporter(send),
)
const silence = new Silence(
  () => runs().some((run) => isActive(run.state)),
  () => send({ type: 'resync', lastSeq: state.lastSeq }),
  (disconnected) => {
    page.setDisconnected(disconnected)
    scheduleDraw()
  },
)

const runs = () => (state.page.type === 'sweep' ? state.page.state.runs : [])
const markOf = (run: string) =>
  state.page.type === 'sweep' ? markOfRun(state.page.state.marks, run) : {}

let drawing = false
let shown: string | undefined

/** However many messages come, the screen is drawn once a frame. */
function scheduleDraw(): void {
  if (drawing) return
  drawing = true
  requestAnimationFrame(() => {
    drawing = false
    const started = performance.now()
    draw()
    // What the tests print: how long the page's script takes for one picture.
    root.dataset.drawMs = (performance.now() - started).toFixed(1)
  })
}

const show = (key: string, make: () => readonly HTMLElement[]): void => {
  if (shown === key) return
  shown = key
  const hadFocus = root.contains(document.activeElement)
  root.replaceChildren(...make())
  // What was pressed (*Ask Again*) went with its page.
  if (hadFocus) root.querySelector('h1')?.focus()
}

const draw = (): void => {
  const { page: current } = state
  switch (current.type) {
    case 'loading':
      show('loading', () => loadingPage(send))
      return
    case 'missing':
      show(`missing ${current.reason}`, () => missingPage(current.reason, send))
      return
    case 'sweep': {
      const { state: sweep, trusted } = current
      if (sweep.runs.length === 0) {
        const name = nameOfSweep(sweep.sweep, sweep.marks)
        show(`empty ${name}`, () => emptyPage(name, sweep.sweep.runs.length, send))
        return
      }
      show('sweep', () => page.nodes)
      page.update(sweep, trusted, state)
      return
    }
    default:
      current satisfies never
  }
}

/** The curves that came are thinned for the whole: ask for what is looked at now. */
const askForDetail = (): void => {
  const range = view.zoom
  const thinned = runs().filter(({ step, curves }) => curves.step.length < step)
  state.detail = undefined
  if (!range || thinned.length === 0) return
  const spans = thinned.map((run) => stepsBetween(run, view.saved.xAxis, range.min, range.max))
  send({
    type: 'range',
    from: Math.min(...spans.map(({ from }) => from)),
    to: Math.max(...spans.map(({ to }) => to)),
    runs: thinned.map((run) => run.record.id),
  })
}

const messageTypes: ReadonlySet<unknown> = new Set<DashboardMessage['type']>([
  'snapshot',
  'delta',
  'missing',
  'analysis',
  'curves',
  'comparison',
  'unjudged',
  'showCompare',
  'showQuery',
])

/** Only the host posts here; what has no known type is dropped. */
const isDashboardMessage = (data: unknown): data is DashboardMessage =>
  typeof data === 'object' && data !== null && 'type' in data && messageTypes.has(data.type)

const receive = (data: unknown): void => {
  if (!isDashboardMessage(data)) return
  silence.hear()
  if (data.type === 'showCompare') view.set({ tab: 'compare', selected: [...data.runs] })
  if (data.type === 'showQuery') view.set({ tab: 'overview', query: data.query })
  if (state.receive(data) === 'gap') send({ type: 'resync', lastSeq: state.lastSeq })
  scheduleDraw()
}
const { early = [] } = window
window.early = undefined
window.addEventListener('message', ({ data }: MessageEvent<unknown>) => receive(data))
for (const data of early) receive(data)
onThemeChange(() => {
  page.readTheme()
  scheduleDraw()
})

scheduleDraw()
send({ type: 'ready' })
// The host may have answered before the page asked, and that may have been lost on the way.
setTimeout(() => {
  if (state.page.type === 'loading') send({ type: 'resync', lastSeq: state.lastSeq })
}, askAgainMs)
