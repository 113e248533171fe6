import os from 'node:os'
import path from 'node:path'
import { benchModelConfig } from '../../src/engine/bench/benchModels.ts'
import { median } from '../../src/engine/bench/median.ts'
import { stepFlops } from '../../src/engine/bench/stepFlops.ts'
import type { ComparedCase } from './cases.ts'
import { type Outcome, type Pair, pairOf } from './outcome.ts'
import type { SideCase, Worked } from './protocol.ts'
import { waitForQuiet, watchOthers } from './quiet.ts'
import { Side } from './side.ts'

export interface Places {
  readonly root: string
  /** Holds the bundled workers. */
  readonly out: string
  readonly python: string
}

export interface Measuring {
  readonly places: Places
  readonly pairs: number
  readonly fingerprint: string
  /** Keeps pairs that other programs disturbed. */
  readonly acceptBusy: boolean
  report(line: string): void
}

/** A shape's first steps prepare it. */
const warmUp = (side: SideCase): number =>
  Math.max(2, side.kind === 'predict' ? side.lengths.length : 0)
const tooBusy = 0.05
/** How often a pair that was disturbed is taken again, for each that is wanted. */
const patience = 6
const busyMessage =
  'Other programs keep this machine busy; end them and start the comparison again, or pass --busy.'
/** For threads that spin a while after their work. */
const pauseMs = 300

/** Both sides in turn: A B A B … @throws Error where a side fails */
export const measureCase = async (
  compared: ComparedCase,
  measuring: Measuring,
): Promise<Outcome> => {
  const sides: Side[] = []
  try {
    const headway = await startHeadway(compared.headway, measuring.places)
    sides.push(headway)
    const peer = await startPeer(compared.peer, measuring.places)
    sides.push(peer)
    requireSameModel(headway, peer)
    return await inTurn(compared, headway, peer, measuring)
  } finally {
    await Promise.all(sides.map((side) => side.end()))
  }
}

const startHeadway = (side: SideCase, { root, out }: Places): Promise<Side> =>
  Side.start(process.execPath, [
    path.join(out, 'headwayWorker.js'),
    JSON.stringify(side),
    path.join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/dist'),
  ])

const startPeer = (peer: ComparedCase['peer'], places: Places): Promise<Side> =>
  peer.program === 'headway'
    ? startHeadway(peer, places)
    : Side.start(places.python, [
        path.join(places.root, 'test/bench/torch_worker.py'),
        JSON.stringify(peer),
      ])

const requireSameModel = (headway: Side, peer: Side): void => {
  const [ours, theirs] = [headway.ready.parameters, peer.ready.parameters]
  if (ours !== theirs) throw new Error(`Headway has ${ours} parameters and the peer ${theirs}.`)
}

const inTurn = async (
  compared: ComparedCase,
  headway: Side,
  peer: Side,
  { pairs: pairCount, fingerprint, acceptBusy, report }: Measuring,
): Promise<Outcome> => {
  const first = requireFinite(await headway.work(warmUp(compared.headway)))
  await pause()
  requireFinite(await peer.work(warmUp(compared.peer)))
  const kept: MeasuredPair[] = []
  for (let tries = 0; kept.length < pairCount; tries++) {
    const measured = await measurePair(compared, headway, peer, { acceptBusy, report })
    if (measured.others <= tooBusy || acceptBusy) kept.push(measured)
    else if (tries >= patience * pairCount) throw new Error(busyMessage)
  }
  const memory = await headway.memory()
  const peerMemory = await peer.memory()
  const stepMs = median(kept.map(({ headwayMs }) => headwayMs))
  return {
    id: compared.id,
    title: compared.title,
    date: new Date().toISOString(),
    fingerprint,
    machine: thisMachine(),
    versions: { ...headway.ready.versions, ...peer.ready.versions },
    notes: peer.ready.notes ?? '',
    busy: Math.max(...kept.map(({ others }) => others)),
    pairs: kept.map(({ pair }) => pair),
    headwayMs: stepMs,
    peerMs: median(kept.map(({ peerMs }) => peerMs)),
    headwayMemoryMB: memory.peakMemoryMB,
    peerMemoryMB: peerMemory.peakMemoryMB,
    recordingMs: headway.ready.recordingMs ?? 0,
    firstStepMs: first.ms[0] ?? 0,
    ...(await productFigures(compared.headway, headway, stepMs)),
    ...(compared.wanted === undefined ? {} : { wanted: compared.wanted }),
    ...(compared.wantedMemory === undefined ? {} : { wantedMemory: compared.wantedMemory }),
  }
}

interface MeasuredPair {
  readonly pair: Pair
  readonly headwayMs: number
  readonly peerMs: number
  /** Share of the processor that other programs took. */
  readonly others: number
}

const measurePair = async (
  compared: ComparedCase,
  headway: Side,
  peer: Side,
  options: Pick<Measuring, 'acceptBusy' | 'report'>,
): Promise<MeasuredPair> => {
  const { count } = compared
  const ours = await measureQuietly(() => headway.work(count.headway), options)
  const theirs = await measureQuietly(() => peer.work(count.peer), options)
  const pair = pairOf(ours.worked, theirs.worked, compared.headway.kind === 'train')
  const others = Math.max(ours.others, theirs.others)
  const disturbed = others > tooBusy ? `; other programs took ${Math.round(100 * others)} %` : ''
  options.report(
    `  ${pair.headway.toFixed(2)} and ${pair.peer.toFixed(2)} ms an example: ${(pair.peer / pair.headway).toFixed(2)} ×${disturbed}`,
  )
  return {
    pair,
    headwayMs: median(ours.worked.ms),
    peerMs: median(theirs.worked.ms),
    others,
  }
}

const measureQuietly = async (
  work: () => Promise<Worked>,
  { acceptBusy, report }: Pick<Measuring, 'acceptBusy' | 'report'>,
) => {
  await pause()
  if (!acceptBusy) await waitForQuiet(report)
  const others = watchOthers()
  const worked = requireFinite(await work())
  return { worked, others: others(worked.cpuMs) }
}

/** The step as a share of the machine's own speed; after all else, since it takes memory. */
const productFigures = async (side: SideCase, headway: Side, stepMs: number) => {
  if (side.kind !== 'train' || !('size' in side.source)) return {}
  const { gflopsPerSecond: once } = await headway.products()
  const { gflopsPerSecond: again } = await headway.products()
  const flops = stepFlops(benchModelConfig(side.source.size), side)
  return { gflopsPerSecond: flops / stepMs / 1e6, productGflopsPerSecond: Math.max(once, again) }
}

const requireFinite = (worked: Worked): Worked => {
  if (worked.losses.every(Number.isFinite)) return worked
  throw new Error('A loss is not a number.')
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, pauseMs))

export const thisMachine = (): Outcome['machine'] => ({
  processor: os.cpus()[0]?.model ?? 'unknown processor',
  cores: os.availableParallelism(),
  memoryMB: Math.round(os.totalmem() / 1e6),
})
