import { textKey } from '../data/textKey.ts'

const mostClasses = 20_000

/** Whether `splitDev` can hold something out: it takes two different documents of one class. */
export class HoldOutWatch {
  private readonly first = new Map<string, string>()
  possible = false

  add(document: string, classOf = ''): void {
    if (this.possible) return
    const key = textKey(document)
    const first = this.first.get(classOf)
    if (first === undefined) this.first.set(classOf, key)
    // So many classes are text, which is refused for itself.
    this.possible = (first !== undefined && first !== key) || this.first.size > mostClasses
  }
}
