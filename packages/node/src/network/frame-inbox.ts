/** Frames that have come and wait for their one reader. */
export class FrameInbox {
  readonly #onTaken: (frame: Uint8Array) => void
  readonly #frames: Uint8Array[] = []
  #awaited: PromiseWithResolvers<void> | undefined
  #isEnded = false
  #failure: Error | undefined
  #isRead = false

  constructor(onTaken: (frame: Uint8Array) => void) {
    this.#onTaken = onTaken
  }

  push(frame: Uint8Array): void {
    this.#frames.push(frame)
    this.#wake()
  }

  /** What has come is still read. */
  end(failure?: Error): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#failure = failure
    this.#wake()
  }

  /** What has come is not read any more; a reader that loses something by it is told. */
  drop(failure: Error): void {
    if (this.#frames.length > 0) this.#failure ??= failure
    this.#frames.length = 0
    this.end(failure)
  }

  async *frames(): AsyncGenerator<Uint8Array> {
    if (this.#isRead) throw new TypeError('The frames of a stream are read once')
    this.#isRead = true
    for (;;) {
      const frame = this.#frames.shift()
      if (frame !== undefined) {
        this.#onTaken(frame)
        yield frame
      } else if (this.#isEnded) {
        if (this.#failure !== undefined) throw this.#failure
        return
      } else {
        this.#awaited = Promise.withResolvers<void>()
        await this.#awaited.promise
      }
    }
  }

  #wake(): void {
    this.#awaited?.resolve()
    this.#awaited = undefined
  }
}
