import type { ExperimentFile } from '../core/experiment/schema.ts'
import type { Machine, WantedMachine } from '../core/launch/chooseSweep.ts'
import type { PreparedSweep } from '../core/launch/prepare.ts'
import { describeApart } from '../core/runs/apart.ts'
import type { SweepRecord } from '../core/runs/records.ts'
import { chooseMachine } from './machine.ts'

type NotedLaunch = Pick<PreparedSweep, 'isNew'> & {
  readonly sweep: Pick<SweepRecord, 'id' | 'apart' | 'auto'>
  readonly data: Pick<PreparedSweep['data'], 'warnings'>
}

/** What a person should know of a launch before it trains: bad rows, where its runs went, and why. */
export const launchNotes = (
  { sweep: { id, apart, auto }, data, isNew }: NotedLaunch,
  experiment: Pick<ExperimentFile, 'backend' | 'precision'>,
  machine: (wanted: WantedMachine) => Machine = chooseMachine,
): string[] => [
  ...data.warnings,
  ...(apart ? [`These runs are a sweep of their own, ${id}. ${describeApart(apart)}`] : []),
  ...(auto && !isNew ? keptAuto(auto, experiment, machine) : []),
]

/** Where `auto` would be something else by now, or on this machine. */
const keptAuto = (
  auto: NonNullable<SweepRecord['auto']>,
  { backend = 'auto', precision = 'auto' }: Pick<ExperimentFile, 'backend' | 'precision'>,
  machine: (wanted: WantedMachine) => Machine,
): string[] => {
  const wanted = { backend, precision }
  const open = (['backend', 'precision'] as const).filter((name) => wanted[name] === 'auto')
  if (open.length === 0) return []
  const here = machine(wanted)
  const names = open.filter((name) => auto[name] !== here[name])
  if (names.length === 0) return []
  const [then, now] = [auto, here].map((values) => names.map((name) => values[name]).join(', '))
  return [
    `"auto" stays ${then}, as at this sweep's first launch (it would be ${now} now); say ${now} in the experiment for a sweep of its own.`,
  ]
}
