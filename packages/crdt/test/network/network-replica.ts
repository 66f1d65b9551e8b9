import type { CommitId, ContextPath, DraftOperation, HybridTime } from '@hcfs/core'
import { grantId, hybridTime, networkId, parsePath, ROOT_PATH, SeededRandom } from '@hcfs/core'
import type { Commit, CommitEntry } from '../../src/commit/commit.ts'
import { decodeCommit, encodeCommit } from '../../src/commit/commit-codec.ts'
import { DeviceKey } from '../../src/commit/device-key.ts'
import { describePayload, isPayloadOf } from '../../src/commit/payload.ts'
import { prepareEntry, signCommit } from '../../src/commit/sign-commit.ts'
import { SignatureVerifier } from '../../src/commit/signature-verifier.ts'
import { assertSignature } from '../../src/commit/signed-header.ts'
import { ContextDocument } from '../../src/document/context-document.ts'
import type { Writer } from '../../src/document/ids.ts'
import { documentIdOf } from '../../src/document/ids.ts'
import { applyValidated } from '../../src/validation/apply-validated.ts'
import { scanUpdate } from '../../src/validation/scan-update.ts'

/** What travels: the bytes of a commit of one entry, and those of its payload. */
export interface Message {
  readonly id: CommitId
  readonly commit: Uint8Array
  readonly payload: Uint8Array
}

type StateVector = ReadonlyMap<number, number>

const PATH: ContextPath = parsePath('/shared')
const NETWORK = networkId('4e'.repeat(32))
const GRANT = grantId('6e'.repeat(32))

/**
 * A replica of one context that trusts nobody: it decodes, verifies and
 * validates every message, parks those that come before their parents, and
 * ignores those it holds.
 */
export class NetworkReplica {
  readonly document = ContextDocument.empty(documentIdOf(ROOT_PATH, PATH))
  readonly writer: Writer
  readonly messages = new Map<CommitId, Message>()
  readonly #key: DeviceKey
  readonly #verifier = new SignatureVerifier()
  readonly #states = new Map<CommitId, StateVector>()
  readonly #parked = new Map<CommitId, Message>()
  #heads = new Set<CommitId>()
  #tip: { seq: number; id?: CommitId; hlc: number } = { seq: 0, hlc: 0 }
  #latest = 0

  constructor(index: number) {
    this.#key = DeviceKey.generate(new SeededRandom(index))
    this.writer = { author: this.#key.deviceId, incarnation: index }
  }

  get parkedCount(): number {
    return this.#parked.size
  }

  get heads(): readonly CommitId[] {
    return [...this.#heads].sort()
  }

  /** Everything that this replica has applied. */
  get seen(): ReadonlySet<CommitId> {
    return new Set(this.messages.keys())
  }

  nextHlc(): HybridTime {
    return hybridTime(Math.max(this.#latest, this.#tip.hlc) + 1)
  }

  /** `undefined` when the operations change nothing. */
  write(operations: readonly DraftOperation[]): Message | undefined {
    const hlc = this.nextHlc()
    const edit = this.document.edit(operations, { writer: this.writer, hlc })
    if (edit === undefined) return undefined
    const entry: CommitEntry = {
      path: PATH,
      kind: 'update',
      grant: GRANT,
      deps: this.heads,
      clients: edit.clients,
      ...describePayload(edit.payload)
    }
    const seq = this.#tip.seq + 1
    const header = { network: NETWORK, space: ROOT_PATH, incarnation: this.writer.incarnation, seq, epoch: 0, hlc }
    const prev = this.#tip.id === undefined ? {} : { prev: this.#tip.id }
    const commit = signCommit({ header: { ...header, ...prev }, entries: [prepareEntry(entry)] }, this.#key)
    this.#tip = { seq, id: commit.id, hlc }
    const message = { id: commit.id, commit: encodeCommit(commit), payload: edit.payload }
    this.#remember(message, commit)
    return message
  }

  receive(message: Message): void {
    if (this.messages.has(message.id)) return
    this.#parked.set(message.id, message)
    for (let progress = true; progress; ) {
      progress = [...this.#parked.values()].some((parked) => this.#tryApply(parked))
    }
  }

  #tryApply(message: Message): boolean {
    const commit = decodeCommit(message.commit)
    assertSignature(commit, this.#verifier)
    const entry = commit.entries[0]!
    if (!isPayloadOf(entry, message.payload)) throw new Error('A payload arrived under the wrong hash')
    const parents = commit.header.prev === undefined ? entry.deps : [...entry.deps, commit.header.prev]
    if (!parents.every((parent) => this.messages.has(parent))) return false
    const { author, incarnation, hlc } = commit.header
    const context = { writer: { author, incarnation }, clients: entry.clients, base: this.#stateAt(entry.deps), hlc }
    applyValidated(this.document, message.payload, context)
    this.#parked.delete(message.id)
    this.#remember(message, commit)
    return true
  }

  #remember(message: Message, { id, header, entries }: Commit): void {
    const entry = entries[0]!
    this.messages.set(id, message)
    this.#latest = Math.max(this.#latest, header.hlc)
    const after = new Map(this.#stateAt(entry.deps))
    for (const { client, clock, length } of scanUpdate(message.payload).sections) after.set(client, clock + length)
    this.#states.set(id, after)
    for (const dep of entry.deps) this.#heads.delete(dep)
    this.#heads.add(id)
  }

  #stateAt(deps: readonly CommitId[]): StateVector {
    const union = new Map<number, number>()
    for (const dep of deps) {
      for (const [client, clock] of this.#states.get(dep)!) union.set(client, Math.max(union.get(client) ?? 0, clock))
    }
    return union
  }
}
