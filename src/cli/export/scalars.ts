import type { Scalar } from '../../core/export/tensorboard.ts'
import { EventLogReader } from '../../core/runs/eventLog.ts'
import type { RunEvent } from '../../core/runs/events.ts'
import { highestAttempt, layout } from '../../core/runs/store.ts'

/** A run's curves as scalars; a resumed attempt replaces what came after its checkpoint. */
export const scalarsOf = (runDir: string): Scalar[] => {
  let scalars: Scalar[] = []
  for (let attempt = 1; attempt <= highestAttempt(runDir); attempt++) {
    for (const event of new EventLogReader(layout.events(runDir, attempt)).read()) {
      if (event.type === 'started') {
        scalars = scalars.filter(({ step }) => step <= event.resumedFrom)
      }
      scalars.push(...scalarsOfEvent(event))
    }
  }
  return scalars
}

const scalarsOfEvent = (event: RunEvent): Scalar[] => {
  const { time } = event
  if (event.type === 'step') {
    const { step } = event
    return [
      { tag: 'train/loss', step, time, value: event.loss },
      { tag: 'train/learningRate', step, time, value: event.learningRate },
      { tag: 'train/stepMs', step, time, value: event.stepMs },
    ]
  }
  if (event.type !== 'evaluation') return []
  return Object.entries(event.metrics).flatMap(([name, value]) =>
    typeof value === 'number' ? [{ tag: `dev/${name}`, step: event.step, time, value }] : [],
  )
}
