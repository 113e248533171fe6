import { median } from '../../src/engine/bench/median.ts'
import type { Worked } from './protocol.ts'

export interface Pair {
  /** Milliseconds an example. */
  readonly headway: number
  readonly peer: number
}

/** What became of a case: one line of docs/performance.jsonl. */
export interface Outcome {
  readonly id: string
  readonly title: string
  readonly date: string
  /** Of the engine's sources and the settings: a case is measured again when it changes. */
  readonly fingerprint: string
  readonly machine: {
    readonly processor: string
    readonly cores: number
    readonly memoryMB: number
  }
  readonly versions: Readonly<Record<string, string>>
  readonly notes: string
  /** Share of the processor that other programs took during a pair, at most. */
  readonly busy: number
  readonly pairs: readonly Pair[]
  /** Milliseconds of a piece of work (step or batch), median over all pairs' medians. */
  readonly headwayMs: number
  readonly peerMs: number
  readonly headwayMemoryMB: number
  readonly peerMemoryMB: number
  readonly recordingMs: number
  readonly firstStepMs: number
  readonly gflopsPerSecond?: number
  readonly productGflopsPerSecond?: number
  readonly wanted?: number
  readonly wantedMemory?: number
}

/**
 * A pair in the case's unit. Steps of one shape: medians, which a hiccup does not move; an epoch's
 * steps differ in length, so there it is the whole time.
 */
export const pairOf = (headway: Worked, peer: Worked, sameShape: boolean): Pair => {
  const perExample = ({ ms, examples }: Worked): number =>
    sameShape ? (median(ms) * ms.length) / examples : sum(ms) / examples
  return { headway: perExample(headway), peer: perExample(peer) }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

export interface Ratio {
  readonly median: number
  readonly lowest: number
  readonly highest: number
}

/** How many times faster than the peer, over the pairs. */
export const speedRatio = (pairs: readonly Pair[]): Ratio => {
  const ratios = pairs.map(({ headway, peer }) => peer / headway)
  return { median: median(ratios), lowest: Math.min(...ratios), highest: Math.max(...ratios) }
}
