import { createHash } from 'node:crypto'
import type { VirtualTime } from './virtual-time.ts'

const TIME_WIDTH = 10

/** What happened, line by line, for people to read and for two runs to be compared. */
export class Trace {
  readonly #time: VirtualTime
  readonly #lines: string[] = []

  constructor(time: VirtualTime) {
    this.#time = time
  }

  add(line: string): void {
    const seconds = (this.#time.nowMs / 1_000).toFixed(3).padStart(TIME_WIDTH)
    this.#lines.push(`${seconds}  ${line}`)
  }

  get lines(): readonly string[] {
    return this.#lines
  }

  hash(): string {
    return createHash('sha256').update(this.#lines.join('\n')).digest('hex')
  }
}

/** Enough of an id to recognise it. */
export function short(id: string): string {
  return id.slice(0, 8)
}
