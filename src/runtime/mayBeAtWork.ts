import type { TrainerRecord } from '../core/runs/records.ts'
import { isOtherMachine } from './processIdentity.ts'
import { isAlive } from './trainerRecord.ts'

/** False only where a trainer is surely gone; those of other machines cannot be seen from here. */
export const mayBeAtWork = (trainer: TrainerRecord): boolean =>
  isAlive(trainer) || isOtherMachine(trainer.process)
