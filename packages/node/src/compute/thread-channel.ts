import type { Worker } from 'node:worker_threads'
import type { Clock, Logger } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { CallFailure } from './call-failure.ts'
import { decodeFailure } from './call-failure.ts'
import type { Call, Channel, ChannelListener } from './channel.ts'
import type { FromThread, ToThread } from './thread-messages.ts'

export interface ThreadChannelComponents {
  readonly clock: Clock
  readonly log: Logger
  readonly worker: Worker
}

export interface ThreadChannelOptions {
  readonly name: string
  readonly closeMsMax: number
}

/** How a service closed: as told, with a failure of its own, or by the death of its thread. */
type Closed = { readonly failure?: CallFailure | undefined }

/**
 * One thread with one service.
 *
 * 1. Whatever happens on the thread, this side hears of it at most once: by an
 *    answer, by a failed start, by what `close` gives, or by `onDeath`.
 * 2. An idle thread does not keep the process alive; one that starts, works or
 *    closes does.
 * 3. A thread is never ended from here: native code that is interrupted, as that of
 *    the vector library, takes the whole process with it. It is asked to close, and
 *    ends by itself; one that is too slow is left behind and told of.
 */
export class ThreadChannel implements Channel {
  readonly #components: ThreadChannelComponents
  readonly #options: ThreadChannelOptions
  readonly #started = Promise.withResolvers<void>()
  readonly #ended = Promise.withResolvers<Closed>()
  #listener: ChannelListener | undefined
  #deathCause: unknown
  #closeFailure: CallFailure | undefined
  #isClosing = false

  constructor(components: ThreadChannelComponents, options: ThreadChannelOptions) {
    this.#components = components
    this.#options = options
    const { worker } = components
    worker.on('message', (message: FromThread) => this.#onMessage(message))
    worker.on('messageerror', (error) => this.#onUnreadable(error))
    worker.on('error', (error) => {
      this.#deathCause = error
    })
    worker.once('exit', (exitCode) => this.#onExit(exitCode))
  }

  /** Resolves when the service runs, and rejects with what kept it from running. */
  async started(): Promise<void> {
    try {
      await this.#started.promise
    } finally {
      this.#components.worker.unref()
    }
  }

  listen(listener: ChannelListener): void {
    this.#listener = listener
  }

  post(call: Call, transfer: readonly ArrayBuffer[]): void {
    this.#send({ type: 'call', call }, transfer)
  }

  keepAlive(isNeeded: boolean): void {
    if (isNeeded || this.#isClosing) this.#components.worker.ref()
    else this.#components.worker.unref()
  }

  async close(): Promise<void> {
    this.#isClosing = true
    this.keepAlive(true)
    this.#send({ type: 'close' })
    const { failure } = await this.#endedInTime()
    if (failure !== undefined) throw decodeFailure(failure)
  }

  async #endedInTime(): Promise<Closed> {
    const { clock, log, worker } = this.#components
    const { name, closeMsMax } = this.#options
    const timer = new AbortController()
    const late = clock.wait(closeMsMax, { signal: timer.signal }).then((): Closed => {
      log.warn('service-close-too-slow', { service: name, closeMsMax })
      worker.unref()
      return {}
    })
    try {
      return await Promise.race([this.#ended.promise, late])
    } finally {
      timer.abort()
    }
  }

  #send(message: ToThread, transfer: readonly ArrayBuffer[] = []): void {
    this.#components.worker.postMessage(message, [...transfer])
  }

  #onMessage(message: FromThread): void {
    if (message.type === 'answer') this.#listener?.onAnswer(message.answer)
    else if (message.type === 'started') this.#started.resolve()
    else if (message.type === 'start-failed') this.#started.reject(decodeFailure(message.failure))
    else this.#closeFailure = message.failure
  }

  /** An answer that cannot be read would leave its caller waiting for ever: the thread is asked to end instead. */
  #onUnreadable(error: Error): void {
    this.#deathCause = error
    this.#send({ type: 'close' })
  }

  #onExit(exitCode: number): void {
    const { name } = this.#options
    const cause = this.#deathCause ?? new Error(`The thread of ${name} ended with exit code ${exitCode}`)
    this.#started.reject(
      new HcfsError('COMPUTE_FAILED', `The thread of ${name} died while it started; the cause says why`, {
        cause,
        details: { service: name, died: true }
      })
    )
    if (!this.#isClosing) {
      this.#components.log.error('service-thread-died', { service: name, exitCode, error: cause })
      this.#listener?.onDeath(cause)
    }
    this.#ended.resolve({ failure: this.#closeFailure })
  }
}
