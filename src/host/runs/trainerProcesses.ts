import { isOtherMachine } from '../../runtime/processIdentity.ts'
import { TrainerClient } from '../../runtime/trainerClient.ts'
import { isAlive } from '../../runtime/trainerRecord.ts'
import type { TrainerAccess } from './trainerAccess.ts'

/** The real trainers of this machine. */
export const trainerProcesses: TrainerAccess = {
  connect: (record) => TrainerClient.connect(record),
  isAlive,
  isElsewhere: (record) => isOtherMachine(record.process),
}
