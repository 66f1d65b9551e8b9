import type { DeviceId } from '@hcfs/core'

/** The encrypted channel with a device whose key is proven, before anything else may use the connection. */
export interface AdmissionChannel {
  /** Proven by the handshake below. */
  readonly remote: DeviceId
  /** Who dialed speaks first. */
  readonly isInitiator: boolean
  /** Different for each connection and known to both ends only: what is signed for it is worth nothing elsewhere. */
  readonly binding: Uint8Array
  /** At most `admissionFrameBytesMax`. */
  send(frame: Uint8Array): Promise<void>
  receive(): Promise<Uint8Array>
}

/**
 * Decides whether a connection comes to be. Runs inside its upgrade, before a
 * multiplexer exists: where it throws there is no connection, no topic and no
 * protocol. Its time is limited by `admissionTimeoutMs`.
 */
export interface Admission {
  /**
   * Resolves with `true` when both sides are members and the connection may go on,
   * and with `false` when the exchange was all there was to do: a ticket was
   * redeemed, and the joiner dials again as a member.
   * Throws an `HcfsError` whose code the other side is told.
   */
  admit(channel: AdmissionChannel, options: { readonly signal: AbortSignal }): Promise<boolean>
  /** Asked before a connection is made or taken, to save the handshake. */
  isDenied(device: DeviceId): boolean
}
