import type { DeviceId } from '@hcfs/core'
import type { Admission } from './admission.ts'
import type { CreditedStream } from './credited-stream.ts'
import type { MemoryGossip } from './memory-gossip.ts'
import type { MemoryLink } from './memory-link.ts'

/** What a memory transport shows to the others in its network. */
export interface MemoryStation {
  readonly device: DeviceId
  readonly admission: Admission
  readonly gossip: MemoryGossip
  addresses(): readonly string[]
  /** Aborts when this life of the transport ends. */
  ending(): AbortSignal
  connected(from: DeviceId, link: MemoryLink): void
  serves(protocol: string): boolean
  acceptStream(from: DeviceId, link: MemoryLink, far: () => CreditedStream): CreditedStream
  serve(protocol: string, stream: CreditedStream): void
}
