import type { Apart, ComparedAspect } from './comparable.ts'

const aspectWords: Record<ComparedAspect, string> = {
  head: 'another task head',
  trainingData: 'other training data',
  devData: 'other dev data',
  model: 'another model',
  engine: 'another version of the engine',
  backend: 'another backend',
  precision: 'another precision',
  selectionMetric: 'another selection metric',
  reading: 'rows read, split or labelled in another way',
}

/** `another model, another backend`. */
export const describeChanged = ({ changed }: Apart): string =>
  changed.map((aspect) => aspectWords[aspect]).join(', ')

/** `Not ranked together with reviews: another model.` */
export const describeApart = (apart: Apart): string =>
  `Not ranked together with ${apart.from}: ${describeChanged(apart)}.`
