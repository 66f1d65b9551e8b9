import type { DraftOperation } from '@hcfs/core'
import { deviceId, docId, hybridTime } from '@hcfs/core'
import fc from 'fast-check'
import { ContextDocument } from '../../src/document/context-document.ts'
import type { Writer } from '../../src/document/ids.ts'
import type { EntryContext } from '../../src/validation/apply-validated.ts'
import { applyValidated } from '../../src/validation/apply-validated.ts'
import { lettersOf } from './letter-history.ts'

export const PEERS = 3
export const DOC = docId('d1'.repeat(32))

/** One edit as it travels, with what its author had seen. */
export interface Entry extends EntryContext {
  readonly payload: Uint8Array
  /** The entries its author had applied, by their place in the history. */
  readonly past: ReadonlySet<number>
}

type Seed = (body: string) => DraftOperation

export interface Action {
  readonly peer: number
  readonly seeds: readonly Seed[]
  /** Which of its older versions the peer edits, if it has any. */
  readonly versionsAgo: number
  readonly receive: readonly number[]
}

// BMP only: a position is never inside a character.
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'é', ' ', '\n'), minLength: 1, maxLength: 6 })
const position = fc.nat(1_000)

const seed: fc.Arbitrary<Seed> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ position, text }).map(
      ({ position, text }): Seed =>
        (body) => ({ kind: 'body.insert', at: position % (body.length + 1), text })
    )
  },
  {
    weight: 2,
    arbitrary: fc.record({ position, length: fc.nat(4) }).map(
      ({ position, length }): Seed =>
        (body) => {
          const at = position % (body.length + 1)
          return { kind: 'body.delete', at, length: Math.min(length, body.length - at) }
        }
    )
  },
  text.map(
    (text): Seed =>
      () => ({ kind: 'body.replace', text: text.repeat(3) })
  ),
  fc
    .record({
      key: fc.constantFrom('a', 'b', 'c'),
      value: fc.constantFrom<DraftValue>(1, 'x', true, null, ['l'], { a: 1 })
    })
    .map(
      ({ key, value }): Seed =>
        () => ({ kind: 'field.set', keys: [key], value })
    ),
  fc.constantFrom('a', 'b').map(
    (key): Seed =>
      () => ({ kind: 'field.remove', keys: [key] })
  ),
  fc.constantFrom<'tag.add' | 'tag.remove'>('tag.add', 'tag.remove').map(
    (kind): Seed =>
      () => ({ kind, tag: 'red' })
  )
)

type DraftValue = Extract<DraftOperation, { kind: 'field.set' }>['value']

export const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.record({
    peer: fc.nat(PEERS - 1),
    seeds: fc.array(seed, { minLength: 1, maxLength: 4 }),
    versionsAgo: fc.constantFrom(0, 0, 0, 1, 3),
    receive: fc.array(fc.nat(30), { maxLength: 4 })
  }),
  { minLength: 1, maxLength: 14 }
)

/** Plays honest edits of several peers, who receive each other's in random causal orders. */
export function play(actions: readonly Action[]): Entry[] {
  const entries: Entry[] = []
  const peers = Array.from({ length: PEERS }, (_, index) => new Peer(index))
  for (const action of actions) {
    const peer = peers[action.peer]!
    for (const index of action.receive) peer.receive(entries, index % (entries.length + 1))
    peer.edit(entries, action)
  }
  return entries
}

/** Gives entries to a document, each validated. */
export function received(document: ContextDocument, entries: readonly Entry[]): ContextDocument {
  for (const entry of entries) applyValidated(document, entry.payload, { ...entry, scratchBytesMax: 0 })
  return document
}

/** Everything two replicas can differ in: content, the order of all text ever inserted, and the state vector. */
export function imageOf(document: ContextDocument) {
  const clocks = [...document.stateVector()].sort(([left], [right]) => left - right)
  return { content: document.content, letters: lettersOf(document.items), clocks }
}

class Peer {
  readonly #writer: Writer
  readonly #document = ContextDocument.empty(DOC)
  readonly #versions: ContextDocument[] = []
  readonly #applied = new Set<number>()
  #time = 1_000

  constructor(index: number) {
    this.#writer = { author: deviceId(`${index}f`.repeat(32)), incarnation: index }
  }

  edit(entries: Entry[], { seeds, versionsAgo }: Action): void {
    const version = versionsAgo === 0 ? undefined : this.#versions.at(-versionsAgo)
    const base = this.#document.stateVector()
    this.#time += 1
    const origin = { writer: this.#writer, hlc: hybridTime(this.#time) }
    const past = new Set(this.#applied)
    this.#versions.push(this.#document.copy())
    const operations = grow(seeds, (version ?? this.#document).content.body)
    const edit = version
      ? this.#document.editFrom(version, operations, origin)
      : this.#document.edit(operations, origin)
    if (edit === undefined) return
    this.#applied.add(entries.length)
    entries.push({ ...edit, ...origin, base, past })
  }

  receive(entries: readonly Entry[], index: number): void {
    const entry = entries[index]
    if (
      entry === undefined ||
      this.#applied.has(index) ||
      ![...entry.past].every((before) => this.#applied.has(before))
    )
      return
    applyValidated(this.#document, entry.payload, entry)
    this.#applied.add(index)
    this.#time = Math.max(this.#time, entry.hlc)
  }
}

/** Operations whose positions fit the text that those before them leave. */
function grow(seeds: readonly Seed[], body: string): DraftOperation[] {
  let text = body
  return seeds.map((seed) => {
    const operation = seed(text)
    if (operation.kind === 'body.insert') text = text.slice(0, operation.at) + operation.text + text.slice(operation.at)
    if (operation.kind === 'body.delete')
      text = text.slice(0, operation.at) + text.slice(operation.at + operation.length)
    if (operation.kind === 'body.replace') text = operation.text
    return operation
  })
}
