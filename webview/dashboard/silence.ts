/** A run that trains is never silent for so long: its host sends at least its state. */
const silentMs = 45_000
const answerMs = 15_000
const lookMs = 5_000

/**
 * Notices that nothing comes from the host any more: asks once, and says so where no answer comes.
 */
export class Silence {
  private heard = Date.now()
  private asked: number | undefined
  private told = false

  constructor(
    private readonly isActive: () => boolean,
    private readonly ask: () => void,
    private readonly tell: (disconnected: boolean) => void,
  ) {
    setInterval(() => this.look(Date.now()), lookMs)
  }

  hear(): void {
    this.heard = Date.now()
    this.asked = undefined
    if (this.told) this.tell(false)
    this.told = false
  }

  private look(now: number): void {
    if (!this.isActive() || document.visibilityState === 'hidden') {
      this.heard = now
      return
    }
    if (this.asked === undefined) {
      if (now - this.heard < silentMs) return
      this.asked = now
      this.ask()
    } else if (!this.told && now - this.asked > answerMs) {
      this.told = true
      this.tell(true)
    }
  }
}
