import type { CommitId } from '../ids/ids.ts'
import type { ContextPath } from '../paths/context-path.ts'

/** `disk`: fsynced before the promise resolved. `buffered`: handed to the operating system, lost if the machine stops now. */
export type Durability = 'disk' | 'buffered'

/**
 * Names one state of one context: the ids of the commits that no other follows,
 * sorted and joined by dots. Opaque to callers, who pass it back as they got it.
 */
export type Version = string

/** Names a point in a node's history; a read with `after: token` sees at least that. Opaque. */
export type Token = string

export type ContextPart = 'body' | 'fields' | 'tags' | 'links' | 'meta'

/** What others had written since the version the caller read, and that now stands beside the caller's change. */
export interface MergeReport {
  readonly base: Version
  readonly with: Version
  /** The parts that others had changed. */
  readonly parts: readonly ContextPart[]
}

/** The part of a receipt that travels as JSON. */
export interface ReceiptData {
  /** The signed commit that holds the change; absent when the call changed nothing. */
  readonly commit?: CommitId
  readonly path: ContextPath
  readonly version: Version
  readonly durable: Durability
  readonly merged?: MergeReport
  readonly token: Token
}

export interface ReplicatedOptions {
  /** How many nodes must hold the change on disk, this one included. */
  readonly copies: number
  /** @default 10_000 */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

export interface Copies {
  /** The names of the nodes that hold the change on disk. */
  readonly holders: readonly string[]
}

export interface Receipt extends ReceiptData {
  /** Resolves with the nodes that hold the change on disk, or fails with `NOT_REPLICATED`, naming who is missing. */
  replicated(options: ReplicatedOptions): Promise<Copies>
}
