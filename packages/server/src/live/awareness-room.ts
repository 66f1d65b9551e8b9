import { HcfsError } from '@hcfs/core'
import { createDecoder, hasContent, readVarString, readVarUint } from 'lib0/decoding'
import { createEncoder, toUint8Array, writeVarString, writeVarUint } from 'lib0/encoding'

/** Who is in a room. */
export interface AwarenessMember {
  /** Whose credential it came with. */
  readonly caller: string
  awareness(update: Uint8Array): void
}

interface State {
  readonly clock: number
  readonly json: string
  readonly owner: AwarenessMember
}

interface Change {
  readonly client: number
  readonly clock: number
  readonly json: string
}

const MESSAGE_BYTES_MAX = 1_024 * 1_024
const STATE_UNITS_MAX = 16_384
/** Tabs of one browser come through one connection too. */
const CLIENTS_OF_MEMBER_MAX = 64
const GONE = 'null'

/**
 * Where the cursors of the editors of one context are, by the awareness protocol of Yjs.
 *
 * 1. A state belongs to the connection that brought it first; another one of the same caller takes it over with
 *    something newer, and nobody else changes it.
 * 2. What a connection brought goes when it goes.
 */
export class AwarenessRoom {
  readonly #states = new Map<number, State>()
  readonly #members = new Set<AwarenessMember>()

  get isEmpty(): boolean {
    return this.#members.size === 0
  }

  enter(member: AwarenessMember): void {
    this.#members.add(member)
    if (this.#states.size > 0) member.awareness(this.all())
  }

  leave(member: AwarenessMember): void {
    if (!this.#members.delete(member)) return
    const gone: Change[] = []
    for (const [client, { clock, owner }] of this.#states) {
      if (owner !== member) continue
      this.#states.delete(client)
      gone.push({ client, clock, json: GONE })
    }
    if (gone.length > 0) this.#tell(gone)
  }

  /** Everybody is told what it changed, the sender too: editors take silence for a lost connection. */
  receive(update: Uint8Array, member: AwarenessMember): void {
    if (update.byteLength > MESSAGE_BYTES_MAX) throw tooLarge()
    const changes = readChanges(update).filter((change) => this.#apply(change, member))
    if (changes.length > 0) this.#tell(changes)
  }

  all(): Uint8Array {
    return encodeChanges([...this.#states].map(([client, { clock, json }]) => ({ client, clock, json })))
  }

  #apply({ client, clock, json }: Change, member: AwarenessMember): boolean {
    const known = this.#states.get(client)
    if (known === undefined) {
      if (json === GONE) return false
      if (this.#countOf(member) >= CLIENTS_OF_MEMBER_MAX) throw tooLarge()
    } else {
      if (known.owner !== member && known.owner.caller !== member.caller) return false
      if (clock < known.clock || (clock === known.clock && (json !== GONE || known.owner !== member))) return false
    }
    if (json === GONE) this.#states.delete(client)
    else this.#states.set(client, { clock, json, owner: member })
    return true
  }

  #countOf(member: AwarenessMember): number {
    let count = 0
    for (const { owner } of this.#states.values()) if (owner === member) count += 1
    return count
  }

  #tell(changes: readonly Change[]): void {
    const update = encodeChanges(changes)
    for (const member of this.#members) member.awareness(update)
  }
}

function readChanges(update: Uint8Array): Change[] {
  try {
    const decoder = createDecoder(update)
    const changes: Change[] = []
    for (let left = readVarUint(decoder); left > 0; left -= 1) {
      const [client, clock, json] = [readVarUint(decoder), readVarUint(decoder), readVarString(decoder)]
      if (json.length > STATE_UNITS_MAX) throw tooLarge()
      JSON.parse(json)
      changes.push({ client, clock, json })
    }
    if (hasContent(decoder)) throw malformed()
    return changes
  } catch (error) {
    throw error instanceof HcfsError ? error : malformed()
  }
}

function encodeChanges(changes: readonly Change[]): Uint8Array {
  const encoder = createEncoder()
  writeVarUint(encoder, changes.length)
  for (const { client, clock, json } of changes) {
    writeVarUint(encoder, client)
    writeVarUint(encoder, clock)
    writeVarString(encoder, json)
  }
  return toUint8Array(encoder)
}

function tooLarge(): HcfsError {
  return new HcfsError('FRAME_TOO_LARGE', `Awareness has at most ${STATE_UNITS_MAX} characters a client; say less`)
}

function malformed(): HcfsError {
  return new HcfsError('STREAM_MALFORMED', 'This is not an awareness update')
}
