import type { FollowedSweep } from '../runs/storeFollower.ts'

/** What its user calls a sweep, else its experiment's name. */
export const titleOf = ({ record, marks }: Pick<FollowedSweep, 'record' | 'marks'>): string =>
  marks.sweep.name ?? record.name
