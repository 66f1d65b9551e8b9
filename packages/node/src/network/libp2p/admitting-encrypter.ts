import type { DeviceId } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { ConnectionEncrypter, MessageStream, SecureConnectionOptions, SecuredConnection } from '@libp2p/interface'
import { deviceOf } from './device-peer-id.ts'

export interface AdmittedEnds {
  readonly stream: MessageStream
  readonly remote: DeviceId
  readonly isInitiator: boolean
  readonly signal: AbortSignal | undefined
}

/** Told how an upgrade went: libp2p turns what an encrypter throws into text, and the codes would be lost. */
export type OnOutcome = (raw: MessageStream, outcome: 'admitted' | 'ended' | Error) => void

/**
 * Encrypts as the inner one does, and lets the admission run before the
 * connection has a multiplexer. Any later is too late: gossipsub opens streams
 * to every peer that identifies itself.
 */
export class AdmittingEncrypter implements ConnectionEncrypter {
  readonly protocol: string
  readonly #inner: ConnectionEncrypter
  readonly #admit: (ends: AdmittedEnds) => Promise<boolean>
  readonly #onOutcome: OnOutcome

  constructor(inner: ConnectionEncrypter, admit: (ends: AdmittedEnds) => Promise<boolean>, onOutcome: OnOutcome) {
    this.protocol = inner.protocol
    this.#inner = inner
    this.#admit = admit
    this.#onOutcome = onOutcome
  }

  async secureInbound(raw: MessageStream, options?: SecureConnectionOptions): Promise<SecuredConnection> {
    const secured = await this.#inner.secureInbound(raw, withoutMuxer(options))
    return await this.#admitted(raw, secured, { isInitiator: false, signal: options?.signal })
  }

  async secureOutbound(raw: MessageStream, options?: SecureConnectionOptions): Promise<SecuredConnection> {
    const secured = await this.#inner.secureOutbound(raw, withoutMuxer(options))
    return await this.#admitted(raw, secured, { isInitiator: true, signal: options?.signal })
  }

  async #admitted(
    raw: MessageStream,
    secured: SecuredConnection,
    { isInitiator, signal }: { isInitiator: boolean; signal: AbortSignal | undefined }
  ): Promise<SecuredConnection> {
    try {
      const remote = deviceOf(secured.remotePeer)
      const isAdmitted = await this.#admit({ stream: secured.connection, remote, isInitiator, signal })
      this.#onOutcome(raw, isAdmitted ? 'admitted' : 'ended')
      if (isAdmitted) return secured
    } catch (error) {
      this.#onOutcome(raw, error instanceof Error ? error : new Error(String(error)))
      throw error
    }
    throw new HcfsError('ADMISSION_ENDED', 'The admission was all there was to do; connect again as a member')
  }
}

/** With a multiplexer chosen inside the handshake, libp2p would open streams before the admission is over. */
function withoutMuxer(options: SecureConnectionOptions | undefined): SecureConnectionOptions {
  return { ...options, skipStreamMuxerNegotiation: true }
}
