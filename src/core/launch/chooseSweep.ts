import fs from 'node:fs'
import path from 'node:path'
import { InputError } from '../errors.ts'
import type { Resolved } from '../experiment/resolve.ts'
import type { Backend, Precision } from '../experiment/schema.ts'
import { type Apart, type ComparedRun, changedAspects } from '../runs/comparable.ts'
import type { SweepRecord } from '../runs/records.ts'
import { layout, listSweepDirs, readRun, readSweep } from '../runs/store.ts'
import { slug } from './slug.ts'

/** What an experiment asks for; `auto` is still open. */
export interface WantedMachine {
  readonly backend: Backend
  readonly precision: Precision
}

/** What a launch computes with. */
export interface Machine extends Resolved {
  readonly versions: Readonly<Record<string, string>>
}

export interface ChosenSweep {
  readonly id: string
  /** Of name, name-2, name-3, …; from 1. */
  readonly number: number
  readonly earlier: SweepRecord | undefined
  readonly apart: Apart | undefined
  readonly machine: Machine
}

interface ChooseOptions {
  readonly store: string
  readonly name: string
  readonly out?: string | undefined
  readonly wanted: WantedMachine
  /** One of the runs to place. */
  readonly example: ComparedRun | undefined
  /** What becomes of `auto` here. @throws InputError where what is asked for is not there */
  readonly machine: (wanted: WantedMachine) => Machine | Promise<Machine>
}

/**
 * The sweep's folder, and what `auto` stands for in it. By its name; where that holds runs that
 * could not be compared with these (other data, model, engine, backend …), the first of name-2,
 * name-3, … that does not. What `auto` became there at the first launch, it is again: the ids stay,
 * on whatever machine the sweep is gone on with.
 */
export const chooseSweep = async (options: ChooseOptions): Promise<ChosenSweep> => {
  const { store, wanted, example } = options
  if (options.out !== undefined) return inFolder(options, options.out)
  const base = slug(options.name)
  const { sweeps: there, taken, damaged } = sweepsThere(store, options.name)
  const changes = there.map((sweep) => ({
    ...sweep,
    wanted: withAuto(wanted, sweep.record),
    changed: example && sweep.example ? changedAspects(sweep.example, example) : [],
  }))
  const possible = changes.filter(({ changed }) =>
    changed.every((aspect) => aspect === 'backend' || aspect === 'precision'),
  )
  // First those that say themselves what `auto` is.
  const inOrder = [
    ...possible.filter((sweep) => !isOpen(sweep.wanted)),
    ...possible.filter((sweep) => isOpen(sweep.wanted)),
  ]
  for (const { id, number, record, example: run, wanted: asked } of inOrder) {
    if (!isOpen(asked) && run && !isSame(run.config, asked)) continue
    const machine = await options.machine(asked)
    if (run && !isSame(run.config, machine)) continue
    return { id, number, earlier: record, apart: record.apart, machine }
  }
  // The runs may be in that one: they must not be trained again beside it.
  if (damaged) throw damaged
  const number = firstFree(taken)
  const machine = await options.machine(wanted)
  return {
    id: folderOf(base, number),
    number,
    earlier: undefined,
    apart: nearest(there, example, machine),
    machine,
  }
}

const inFolder = async ({ wanted, machine }: ChooseOptions, out: string): Promise<ChosenSweep> => {
  const earlier = fs.existsSync(layout.sweepRecord(out)) ? readSweep(out) : undefined
  const asked = earlier ? withAuto(wanted, earlier) : wanted
  return { id: '', number: 1, earlier, apart: undefined, machine: await machine(asked) }
}

const folderOf = (base: string, number: number): string =>
  number === 1 ? base : `${base}-${number}`

const firstFree = (taken: readonly number[]): number => {
  let number = 1
  while (taken.includes(number)) number++
  return number
}

interface SweepThere {
  readonly id: string
  readonly number: number
  readonly record: SweepRecord
  /** One of its runs: they can all be compared. */
  readonly example: ComparedRun | undefined
}

/** Sweeps of this name that can be read, the numbers in use, and what was wrong with one that cannot be read. */
const sweepsThere = (store: string, name: string) => {
  const base = slug(name)
  const sweeps: SweepThere[] = []
  let damaged: InputError | undefined
  const taken = numbersOf(store, base)
  for (const number of taken) {
    const id = folderOf(base, number)
    try {
      const there = readSweepThere(layout.sweep(store, id))
      if (isOfName(there.record, name, number)) sweeps.push({ id, number, ...there })
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      damaged ??= error
    }
  }
  return { sweeps, taken, damaged }
}

/**
 * An experiment may itself be called name-2; a numbered sweep is also found by its own name. Records
 * from before numbers were kept tell by where they came from.
 */
const isOfName = (record: SweepRecord, name: string, number: number): boolean => {
  if (number === 1 && record.name === name) return true
  if (record.number !== undefined) return record.number === number
  return record.apart ? numberOf(record.apart.from, slug(name)) !== undefined : number === 1
}

/** Ascending; some may be missing, where a sweep was deleted. */
const numbersOf = (store: string, base: string): number[] =>
  listSweepDirs(store)
    .flatMap((dir) => numberOf(path.basename(dir), base) ?? [])
    .sort((a, b) => a - b)

const numberOf = (id: string, base: string): number | undefined => {
  if (id === base) return 1
  const number = id.startsWith(`${base}-`) ? Number(id.slice(base.length + 1)) : 0
  return number > 1 && folderOf(base, number) === id ? number : undefined
}

const readSweepThere = (dir: string): Pick<SweepThere, 'record' | 'example'> => {
  const record = readSweep(dir)
  const run = record.runs
    .map((each) => layout.run(dir, each))
    .find((each) => fs.existsSync(layout.runRecord(each)))
  return { record, example: run === undefined ? undefined : readRun(run) }
}

const withAuto = (wanted: WantedMachine, { auto = {} }: SweepRecord): WantedMachine => ({
  backend: wanted.backend === 'auto' ? (auto.backend ?? 'auto') : wanted.backend,
  precision: wanted.precision === 'auto' ? (auto.precision ?? 'auto') : wanted.precision,
})

const isOpen = ({ backend, precision }: WantedMachine): boolean =>
  backend === 'auto' || precision === 'auto'

const isSame = (a: Resolved, b: WantedMachine): boolean =>
  a.backend === b.backend && a.precision === b.precision

/** The sweep of the same name that has most in common with the new one. */
const nearest = (
  there: readonly SweepThere[],
  example: ComparedRun | undefined,
  { backend, precision }: Machine,
): Apart | undefined => {
  if (!example) return undefined
  const run = { ...example, config: { ...example.config, backend, precision } }
  return there
    .flatMap((sweep): Apart[] =>
      sweep.example ? [{ from: sweep.id, changed: changedAspects(sweep.example, run) }] : [],
    )
    .sort((a, b) => a.changed.length - b.changed.length)[0]
}
