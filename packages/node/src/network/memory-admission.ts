import type { DeviceId } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { Admission, AdmissionChannel } from './admission.ts'
import type { MemoryLink } from './memory-link.ts'

export interface AdmittingSide {
  readonly device: DeviceId
  readonly admission: Admission
}

export interface AdmissionRules {
  readonly frameBytesMax: number
  readonly signal: AbortSignal
}

/** Runs both admissions of a link. Throws the reason of the side that refused; `false` when one side was done with it. */
export async function admitBoth(
  link: MemoryLink,
  [dialer, dialed]: readonly [AdmittingSide, AdmittingSide],
  rules: AdmissionRules
): Promise<boolean> {
  const near = new MemoryAdmissionChannel(link, { self: dialer.device, isInitiator: true }, rules)
  const far = new MemoryAdmissionChannel(link, { self: dialed.device, isInitiator: false }, rules)
  near.connect(far)
  far.connect(near)
  const outcomes = await Promise.allSettled([run(dialer, near, rules), run(dialed, far, rules)])
  // Who failed first told the other, whose own failure then only repeats it.
  const failure = near.failure ?? far.failure
  if (failure !== undefined) throw failure
  return outcomes.every((outcome) => outcome.status === 'fulfilled' && outcome.value)
}

async function run(
  { admission }: AdmittingSide,
  channel: MemoryAdmissionChannel,
  { signal }: AdmissionRules
): Promise<boolean> {
  try {
    return await admission.admit(channel, { signal })
  } catch (error) {
    channel.fail(error instanceof Error ? error : new Error(String(error)))
    throw error
  }
}

class MemoryAdmissionChannel implements AdmissionChannel {
  readonly remote: DeviceId
  readonly isInitiator: boolean
  readonly binding: Uint8Array
  readonly #link: MemoryLink
  readonly #frameBytesMax: number
  readonly #received: Uint8Array[] = []
  #far: MemoryAdmissionChannel | undefined
  #awaited: PromiseWithResolvers<void> | undefined
  failure: Error | undefined

  constructor(
    link: MemoryLink,
    { self, isInitiator }: { self: DeviceId; isInitiator: boolean },
    { frameBytesMax, signal }: AdmissionRules
  ) {
    this.#link = link
    this.remote = link.other(self)
    this.isInitiator = isInitiator
    this.binding = link.binding
    this.#frameBytesMax = frameBytesMax
    link.onCut((reason) => this.#end(reason))
    signal.addEventListener('abort', () => this.#end(aborted(signal)), { once: true })
  }

  connect(far: MemoryAdmissionChannel): void {
    this.#far = far
  }

  async send(frame: Uint8Array): Promise<void> {
    if (frame.length > this.#frameBytesMax) {
      throw new HcfsError('FRAME_TOO_LARGE', `An admission frame has at most ${this.#frameBytesMax} bytes`)
    }
    if (this.failure !== undefined) throw this.failure
    const copy = frame.slice()
    this.#link.deliver(this.remote, () => this.#far?.push(copy))
  }

  async receive(): Promise<Uint8Array> {
    for (;;) {
      const frame = this.#received.shift()
      if (frame !== undefined) return frame
      if (this.failure !== undefined) throw this.failure
      this.#awaited = Promise.withResolvers<void>()
      await this.#awaited.promise
    }
  }

  push(frame: Uint8Array): void {
    this.#received.push(frame)
    this.#wake()
  }

  /** Ends the exchange, and tells the other side why. */
  fail(error: Error): void {
    if (this.failure !== undefined) return
    this.#end(error)
    this.#far?.fail(told(error))
  }

  #end(error: Error): void {
    this.failure ??= error
    this.#wake()
  }

  #wake(): void {
    this.#awaited?.resolve()
    this.#awaited = undefined
  }
}

/** The code and the words travel, as they do between processes; the cause stays. */
function told(error: Error): HcfsError {
  if (error instanceof HcfsError) return HcfsError.fromJSON(error.toJSON())
  return new HcfsError('ADMISSION_REFUSED', 'The other node failed while it looked at this one; see its log')
}

function aborted(signal: AbortSignal): Error {
  const { reason } = signal
  return reason instanceof Error ? reason : new HcfsError('OPERATION_ABORTED', 'The connection was not wanted any more')
}
