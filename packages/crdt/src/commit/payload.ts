import type { PayloadHash } from '@hcfs/core'
import { payloadHash, sha256Hex } from '@hcfs/core'
import type { CommitEntry } from './commit.ts'

/** How an entry names the bytes that travel beside it. */
export interface PayloadDescription {
  readonly payloadHash: PayloadHash
  readonly payloadBytes: number
}

export function describePayload(payload: Uint8Array): PayloadDescription {
  return { payloadHash: payloadHash(sha256Hex(payload)), payloadBytes: payload.length }
}

/** Whether these are the bytes that the entry's author signed. The length first: it costs nothing. */
export function isPayloadOf(entry: CommitEntry, payload: Uint8Array): boolean {
  return entry.payloadBytes === payload.length && entry.payloadHash === describePayload(payload).payloadHash
}
