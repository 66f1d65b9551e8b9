import { HcfsError } from '@hcfs/core'
import { decodeFailure } from './call-failure.ts'
import type { Answer, Call, Channel, ChannelListener } from './channel.ts'
import type { Arguments, CallSettings, MethodName, Remote, Result, Service } from './compute.ts'

export interface RemoteOptions {
  readonly name: string
  readonly callsOpenMax: number
}

interface OpenCall {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/**
 * The caller's end of a channel: matches answers with calls, and fails those
 * that will never get one. `Remote` says what it promises.
 */
export class ServiceRemote<S extends Service> implements Remote<S>, ChannelListener {
  readonly #channel: Channel
  readonly #options: RemoteOptions
  readonly #open = new Map<number, OpenCall>()
  #nextId = 0
  /** Why no further call can be made. */
  #end: HcfsError | undefined
  #closing: Promise<void> | undefined

  constructor(channel: Channel, options: RemoteOptions) {
    this.#channel = channel
    this.#options = options
  }

  async call<Name extends MethodName<S>>(
    method: Name,
    args: Arguments<S[Name]>,
    { signal, transfer = [] }: CallSettings = {}
  ): Promise<Result<S[Name]>> {
    if (signal?.aborted === true) throw this.#abortedBy(signal)
    this.#assertFree()
    const id = this.#nextId
    this.#nextId += 1
    this.#post({ id, method: String(method), args }, transfer)
    return (await this.#answerTo(id, signal)) as Result<S[Name]>
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  onAnswer(answer: Answer): void {
    const call = this.#open.get(answer.id)
    this.#open.delete(answer.id)
    if (this.#open.size === 0) this.#channel.keepAlive(false)
    if ('failure' in answer) call?.reject(decodeFailure(answer.failure))
    else call?.resolve(answer.value)
  }

  onDeath(cause: unknown): void {
    const { name } = this.#options
    const message = `The thread of ${name} died; the cause says why. Start the service again`
    this.#finish(new HcfsError('COMPUTE_FAILED', message, { cause, details: { service: name, died: true } }))
  }

  #assertFree(): void {
    if (this.#end !== undefined) throw this.#end
    const { name, callsOpenMax } = this.#options
    if (this.#open.size < callsOpenMax) return
    throw new HcfsError('COMPUTE_BUSY', `${name} has ${callsOpenMax} calls open; wait for one of them`, {
      details: { service: name, callsOpenMax }
    })
  }

  #post(call: Call, transfer: readonly ArrayBuffer[]): void {
    try {
      this.#channel.post(call, transfer)
    } catch (cause) {
      throw new TypeError(`What ${this.#options.name} gets for ${call.method} cannot go to another thread`, { cause })
    }
  }

  #answerTo(id: number, signal: AbortSignal | undefined): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    if (this.#open.size === 0) this.#channel.keepAlive(true)
    this.#open.set(id, { resolve, reject })
    if (signal === undefined) return promise
    // The call stays in the table after an abort: it still has to run, and counts until then.
    const onAbort = (): void => reject(this.#abortedBy(signal))
    signal.addEventListener('abort', onAbort, { once: true })
    return promise.finally(() => signal.removeEventListener('abort', onAbort))
  }

  async #close(): Promise<void> {
    if (this.#end !== undefined) return
    const { name } = this.#options
    this.#finish(new HcfsError('COMPUTE_STOPPED', `${name} was closed`, { details: { service: name } }))
    await this.#channel.close()
  }

  #finish(end: HcfsError): void {
    this.#end ??= end
    const open = [...this.#open.values()]
    this.#open.clear()
    for (const call of open) call.reject(this.#end)
  }

  #abortedBy(signal: AbortSignal): HcfsError {
    return new HcfsError('OPERATION_ABORTED', `The caller no longer waits for ${this.#options.name}`, {
      cause: signal.reason
    })
  }
}
