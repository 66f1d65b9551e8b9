import type { Clock } from '@hcfs/core'
import { countText } from './amounts.ts'
import type { Environment } from './environment.ts'

const SHOWN_AFTER_MS = 1_000
const REDRAWN_AFTER_MS = 100
const BAR_WIDTH = 24

const CLEAR_LINE = '\r\u001b[2K'

/**
 * A line on the terminal that moves, for what takes longer than a second. Draws
 * nothing where nobody looks at it, and is gone when the work is done.
 */
export class Progress implements Disposable {
  readonly #stream: Environment['stderr']
  readonly #clock: Pick<Clock, 'monotonicMs'>
  readonly #what: string
  readonly #isOn: boolean
  readonly #startedAtMs: number
  #drawnAtMs = Number.NEGATIVE_INFINITY
  #isDrawn = false

  constructor({ stderr, clock }: Pick<Environment, 'stderr' | 'clock'>, what: string, isOn = true) {
    this.#stream = stderr
    this.#clock = clock
    this.#what = what
    this.#isOn = isOn && stderr.isTTY === true
    this.#startedAtMs = clock.monotonicMs()
  }

  /** Without a total the count alone is shown. */
  update(done: number, total?: number): void {
    const nowMs = this.#clock.monotonicMs()
    if (!this.#isOn || nowMs - this.#startedAtMs < SHOWN_AFTER_MS || nowMs - this.#drawnAtMs < REDRAWN_AFTER_MS) return
    this.#drawnAtMs = nowMs
    this.#isDrawn = true
    this.#stream.write(`${CLEAR_LINE}${progressText(this.#what, done, total)}`)
  }

  [Symbol.dispose](): void {
    if (this.#isDrawn) this.#stream.write(CLEAR_LINE)
    this.#isDrawn = false
  }
}

export function progressText(what: string, done: number, total: number | undefined): string {
  if (total === undefined || total === 0) return `${what} ${countText(done, 'so far', 'so far')}`
  const part = Math.min(1, done / total)
  const filled = Math.round(part * BAR_WIDTH)
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled)
  return `${what} ${bar} ${Math.floor(part * 100)} %  ${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')}`
}
