import { settle } from '@hcfs/core'
import type { Stream } from '@libp2p/interface'

/** As much as the encryption below takes in one piece. */
const COLLECTED_BYTES_MAX = 65_536

/**
 * Writes at once when nothing was written in this turn of the event loop, and
 * collects what else comes in it: each write costs a message of the muxer, one of
 * the encryption and a call of the system, which for small frames is all their cost.
 */
export class TurnWriter {
  readonly #stream: Pick<Stream, 'send' | 'onDrain'>
  readonly #onFailed: (error: unknown) => void
  #collected: Uint8Array[] = []
  #bytes = 0
  #isCollecting = false

  constructor(stream: Pick<Stream, 'send' | 'onDrain'>, onFailed: (error: unknown) => void) {
    this.#stream = stream
    this.#onFailed = onFailed
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.#isCollecting) {
      this.#collectUntilTurned()
      return await this.#send(bytes)
    }
    this.#collected.push(bytes)
    this.#bytes += bytes.length
    if (this.#bytes >= COLLECTED_BYTES_MAX) await this.flush()
  }

  async flush(): Promise<void> {
    const [first] = this.#collected
    if (first === undefined) return
    const whole = this.#collected.length === 1 ? first : joined(this.#collected, this.#bytes)
    this.#collected = []
    this.#bytes = 0
    await this.#send(whole)
  }

  discard(): void {
    this.#collected = []
    this.#bytes = 0
  }

  #collectUntilTurned(): void {
    this.#isCollecting = true
    void settle().then(() => {
      this.#isCollecting = false
      if (this.#collected.length === 0) return
      this.#collectUntilTurned()
      this.flush().catch(this.#onFailed)
    })
  }

  async #send(bytes: Uint8Array): Promise<void> {
    if (!this.#stream.send(bytes)) await this.#stream.onDrain()
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
