import type { Clock, DeviceId, Random } from '@hcfs/core'
import { HcfsError, hashCbor, idToBytes, withDeadline } from '@hcfs/core'
import type { MessageStream } from '@libp2p/interface'
import type { Admission, AdmissionChannel } from '../admission.ts'
import { encodePart, FrameDecoder } from '../frame-decoder.ts'
import { plainBytes } from './plain-bytes.ts'

export interface AdmissionExchangeComponents {
  readonly clock: Pick<Clock, 'wait'>
  readonly random: Random
  readonly admission: Admission
  readonly self: DeviceId
}

export interface AdmissionExchangeOptions {
  readonly timeoutMs: number
  readonly frameBytesMax: number
}

interface ExchangeEnds {
  readonly stream: MessageStream
  readonly remote: DeviceId
  readonly isInitiator: boolean
  readonly signal: AbortSignal | undefined
}

/** The first byte of each message of the exchange. */
const MESSAGE = { nonce: 0, frame: 1, admitted: 2, ended: 3, refused: 4 } as const

const NONCE_BYTES = 32
const REFUSAL_BYTES_MAX = 4_096

/**
 * Runs our admission over the encrypted channel, and learns what the other
 * side's came to. `true`: both admitted. `false`: one was done with the
 * exchange. Throws the refusal of either side.
 */
export async function exchangeAdmission(
  components: AdmissionExchangeComponents,
  ends: ExchangeEnds,
  options: AdmissionExchangeOptions
): Promise<boolean> {
  const channel = new ExchangeChannel(components, ends, options)
  const expired = (): Error => new HcfsError('TIMED_OUT', 'The admission of a connection took too long')
  try {
    return await withDeadline(
      components.clock,
      { timeoutMs: options.timeoutMs, signal: ends.signal, expired },
      async (signal) => await channel.run(components.admission, signal)
    )
  } finally {
    channel.release()
  }
}

/** One admission over one stream. After `release` what came beyond it is the next reader's. */
class ExchangeChannel implements AdmissionChannel {
  readonly remote: DeviceId
  readonly isInitiator: boolean
  readonly #stream: MessageStream
  readonly #components: AdmissionExchangeComponents
  readonly #frameBytesMax: number
  readonly #decoder: FrameDecoder
  readonly #frames: Uint8Array[] = []
  readonly #waiters = new Set<() => void>()
  readonly #nonce: Uint8Array
  #binding: Uint8Array | undefined
  #verdict: 'admitted' | 'ended' | HcfsError | undefined
  #failure: Error | undefined
  readonly #onMessage = (event: { readonly data: { subarray(): Uint8Array } }): void =>
    this.#receive(plainBytes(event.data.subarray()))
  readonly #onClose = (): void =>
    this.#fail(new HcfsError('PEER_UNREACHABLE', 'The connection ended during its admission'))

  constructor(
    components: AdmissionExchangeComponents,
    { stream, remote, isInitiator }: ExchangeEnds,
    { frameBytesMax }: AdmissionExchangeOptions
  ) {
    this.remote = remote
    this.isInitiator = isInitiator
    this.#stream = stream
    this.#components = components
    this.#frameBytesMax = frameBytesMax
    this.#decoder = new FrameDecoder(Math.max(frameBytesMax, REFUSAL_BYTES_MAX) + 1)
    this.#nonce = components.random.bytes(NONCE_BYTES)
    stream.addEventListener('message', this.#onMessage)
    stream.addEventListener('close', this.#onClose)
    stream.addEventListener('remoteCloseWrite', this.#onClose)
  }

  get binding(): Uint8Array {
    if (this.#binding === undefined) throw new TypeError('The nonces have not been exchanged')
    return this.#binding
  }

  async run(admission: Admission, signal: AbortSignal): Promise<boolean> {
    const onAbort = (): void => this.#fail(new HcfsError('OPERATION_ABORTED', 'The connection is not wanted any more'))
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      await this.#write(MESSAGE.nonce, this.#nonce)
      await this.#until(() => this.#binding !== undefined)
      return await this.#decide(admission, signal)
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  async send(frame: Uint8Array): Promise<void> {
    if (frame.length > this.#frameBytesMax) {
      throw new HcfsError('FRAME_TOO_LARGE', `An admission frame has at most ${this.#frameBytesMax} bytes`)
    }
    await this.#write(MESSAGE.frame, frame)
  }

  async receive(): Promise<Uint8Array> {
    await this.#until(() => this.#frames.length > 0 || this.#verdict !== undefined)
    const frame = this.#frames.shift()
    if (frame !== undefined) return frame
    if (this.#verdict instanceof HcfsError) throw this.#verdict
    throw new HcfsError('ADMISSION_REFUSED', 'The other node ended the admission before this one was done')
  }

  release(): void {
    this.#stream.removeEventListener('message', this.#onMessage)
    this.#stream.removeEventListener('close', this.#onClose)
    this.#stream.removeEventListener('remoteCloseWrite', this.#onClose)
    const rest = this.#decoder.takeRest()
    if (rest.length > 0 && this.#failure === undefined) this.#stream.unshift(rest)
  }

  async #decide(admission: Admission, signal: AbortSignal): Promise<boolean> {
    const isAdmitted = await this.#ask(admission, signal)
    await this.#write(isAdmitted ? MESSAGE.admitted : MESSAGE.ended, new Uint8Array(0))
    await this.#until(() => this.#verdict !== undefined)
    if (this.#verdict instanceof HcfsError) throw this.#verdict
    return isAdmitted && this.#verdict === 'admitted'
  }

  async #ask(admission: Admission, signal: AbortSignal): Promise<boolean> {
    try {
      if (admission.isDenied(this.remote)) throw new HcfsError('ADMISSION_REFUSED', 'This node denies that device')
      return await admission.admit(this, { signal })
    } catch (error) {
      // What the other side refused with says more than what its refusal broke here.
      if (this.#verdict instanceof HcfsError) throw this.#verdict
      await this.#refuse(error)
      throw error
    }
  }

  /** Stays until the other side has read why, which it shows by its own verdict or by closing. */
  async #refuse(error: unknown): Promise<void> {
    const told =
      error instanceof HcfsError
        ? error.toJSON()
        : { code: 'ADMISSION_REFUSED', message: 'The other node failed while it looked at this one; see its log' }
    const words = new TextEncoder().encode(JSON.stringify(told))
    const short = words.length <= REFUSAL_BYTES_MAX ? words : new TextEncoder().encode('{}')
    await this.#write(MESSAGE.refused, short)
      .then(() => this.#until(() => this.#verdict !== undefined))
      .catch(() => {})
  }

  #receive(chunk: Uint8Array): void {
    if (this.#failure !== undefined) return
    try {
      for (const part of this.#decoder.decode(chunk)) {
        if (part.kind !== 'data') throw malformed()
        this.#take(part.frame)
        // What follows the verdict belongs to the multiplexer.
        if (this.#verdict !== undefined) {
          this.#stream.removeEventListener('message', this.#onMessage)
          break
        }
      }
    } catch (error) {
      this.#fail(error instanceof Error ? error : malformed())
    }
    this.#wake()
  }

  #take(message: Uint8Array): void {
    const content = message.slice(1)
    const kind = message[0]
    if ((kind === MESSAGE.nonce) !== (this.#binding === undefined)) throw malformed()
    if (kind === MESSAGE.nonce) this.#bind(content)
    else if (kind === MESSAGE.frame && content.length <= this.#frameBytesMax) this.#push(content)
    else if (kind === MESSAGE.admitted) this.#verdict = 'admitted'
    else if (kind === MESSAGE.ended) this.#verdict = 'ended'
    else if (kind === MESSAGE.refused) this.#verdict = refusalIn(content)
    else throw malformed()
  }

  /** Each end drew half of what is hashed, so neither can make two connections alike. */
  #bind(nonce: Uint8Array): void {
    if (nonce.length !== NONCE_BYTES) throw malformed()
    const own = [idToBytes(this.#components.self), this.#nonce]
    const other = [idToBytes(this.remote), nonce]
    this.#binding = hashCbor(['hcfs/admission/1', ...(this.isInitiator ? [...own, ...other] : [...other, ...own])])
  }

  #push(frame: Uint8Array): void {
    if (this.#frames.length >= FRAMES_WAITING_MAX) throw malformed()
    this.#frames.push(frame)
  }

  async #write(kind: number, content: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    const frame = new Uint8Array(content.length + 1)
    frame[0] = kind
    frame.set(content, 1)
    if (!this.#stream.send(encodePart({ kind: 'data', frame }))) await this.#stream.onDrain()
  }

  async #until(isReached: () => boolean): Promise<void> {
    while (!isReached()) {
      if (this.#failure !== undefined) throw this.#failure
      await new Promise<void>((resolve) => this.#waiters.add(resolve))
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.#wake()
  }

  #wake(): void {
    for (const wake of this.#waiters) wake()
    this.#waiters.clear()
  }
}

/** The exchange is question and answer; whoever sends ahead of it is no member. */
const FRAMES_WAITING_MAX = 16

function refusalIn(content: Uint8Array): HcfsError {
  try {
    return HcfsError.fromJSON(JSON.parse(new TextDecoder().decode(content)))
  } catch {
    return new HcfsError('ADMISSION_REFUSED', 'The other node refused without saying why')
  }
}

function malformed(): HcfsError {
  return new HcfsError('ADMISSION_REFUSED', 'The other node does not speak the admission of this protocol')
}
