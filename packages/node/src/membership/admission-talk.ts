import type { CborValue } from '@hcfs/core'
import { decodeCbor, encodeCbor, HcfsError } from '@hcfs/core'
import type { AdmissionChannel } from '../network/admission.ts'

export const GREETING_BYTES_MAX: number = 64 * 1_024
export const POLICY_BYTES_MAX: number = 4 * 1_024 * 1_024

/** Fits into the smallest frame that a node may be set to. */
const FRAGMENT_BYTES_MAX = 4_000
const LAST = 1
const MORE = 0

/** Messages over the frames of a channel: one byte says whether more of the message follows. */
export class AdmissionTalk {
  readonly #channel: AdmissionChannel
  readonly #signal: AbortSignal

  constructor(channel: AdmissionChannel, signal: AbortSignal) {
    this.#channel = channel
    this.#signal = signal
  }

  async send(message: CborValue): Promise<void> {
    const bytes = encodeCbor(message)
    for (let start = 0; start < bytes.length; start += FRAGMENT_BYTES_MAX) {
      const part = bytes.subarray(start, start + FRAGMENT_BYTES_MAX)
      const frame = new Uint8Array(part.length + 1)
      frame[0] = start + FRAGMENT_BYTES_MAX >= bytes.length ? LAST : MORE
      frame.set(part, 1)
      await untilAborted(this.#channel.send(frame), this.#signal)
    }
  }

  /** Fails with `ADMISSION_MALFORMED` for what no node sends. */
  async receive(bytesMax: number): Promise<CborValue> {
    const parts: Uint8Array[] = []
    let total = 0
    for (;;) {
      const frame = await untilAborted(this.#channel.receive(), this.#signal)
      total += frame.length - 1
      if (total > bytesMax) throw malformed('a message is too long')
      if (frame.length < 2 || (frame[0] !== LAST && frame[0] !== MORE))
        throw malformed('a frame is no part of a message')
      parts.push(frame.subarray(1))
      if (frame[0] === LAST) return decoded(Buffer.concat(parts))
    }
  }
}

export function malformed(problem: string, cause?: unknown): HcfsError {
  return new HcfsError('ADMISSION_MALFORMED', `This is no admission: ${problem}. The other node is broken or hostile`, {
    cause
  })
}

/** Runs what reads a message; whatever is wrong with the bytes is `ADMISSION_MALFORMED`. */
export function readingAdmission<Value>(read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    if (error instanceof HcfsError) throw malformed('a message does not have its form', error)
    throw error
  }
}

function decoded(bytes: Uint8Array): CborValue {
  return readingAdmission(() => decodeCbor(Uint8Array.from(bytes)))
}

function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
