import type { ContentSteps, DocId, FieldStep, HybridTime, JsonValue } from '@hcfs/core'
import { formatPointer, linkName } from '@hcfs/core'
import type { ClientRange } from './client-range.ts'
import type { Edit, EditPlan, SessionOrigin } from './edit-transaction.ts'
import { clientIdOf, textClientIdOf } from './ids.ts'
import type { MapRoot } from './map-entry.ts'
import type { KeyOwner } from './owned-key.ts'
import { keyOwner, ownedKey } from './owned-key.ts'
import { storedRegister } from './register.ts'
import { UpdateBytes } from './update-bytes.ts'
import { Utf8Scratch } from './utf8-scratch.ts'

export interface FirstEdit {
  readonly docId: DocId
  readonly plan: EditPlan
  readonly origin: SessionOrigin
}

/** One entry of a map root. */
interface Entry {
  readonly root: MapRoot
  readonly key: string
  readonly value: JsonValue
}

/** The structs of one client, from clock 0 on. */
interface Structs {
  readonly client: number
  readonly count: number
  write(update: UpdateBytes): void
}

/*
 * Update format V1 of Yjs. A struct begins with the number of its kind of
 * content; a flag tells that it is an entry of a map. Neither has an origin.
 */
const TEXT = 4
const ANY_VALUE = 8
const MAP_ENTRY = 0x20
const PARENT_IS_ROOT = 1
const FIRST_CLOCK = 0
const VALUES_PER_ENTRY = 1
const NO_DELETES = 0

/** Each update is written in one go: nothing in between could begin another one. */
const scratch = new UpdateBytes()
const bodyScratch = new Utf8Scratch()

/**
 * The update of an edit of an empty document, written without Yjs: most edits are
 * the first of their context, and making a document for the sake of these bytes is
 * most of their cost. The same bytes that Yjs writes, to the last one.
 *
 * `undefined` for edits that are not simply a list of new values (nothing at all,
 * the same key twice, something removed again): those are left to Yjs.
 */
export function firstUpdate({ docId, plan, origin }: FirstEdit): Edit | undefined {
  const { writer, session, hlc } = origin
  const { body } = plan.after
  const client = clientIdOf({ ...writer, docId, session })
  const entries = entriesOf(plan.steps, { owner: keyOwner(writer, session), time: hlc })
  if (entries === undefined || (body === '' && plan.texts.length > 0)) return undefined
  const structs: Structs[] = []
  const clients: ClientRange[] = []
  if (body !== '') {
    const text = bodyScratch.encode(body)
    structs.push({ client: textClientIdOf(docId, text), count: 1, write: (update) => writeBody(update, text) })
    clients.push({ session: 'text', clock: 0, len: body.length })
  }
  if (entries.length > 0) {
    structs.push({ client, count: entries.length, write: (update) => writeEntries(update, entries) })
    clients.push({ session, clock: 0, len: entries.length })
  }
  return structs.length === 0 ? undefined : { payload: encodeUpdate(structs), clients }
}

/**
 * In the order in which `DocumentRoots` writes them; `undefined` when one would take another back.
 * Nothing can be removed that was not written before, so a removal shows as the second step of one name.
 */
function entriesOf(steps: ContentSteps, write: { owner: KeyOwner; time: HybridTime }): Entry[] | undefined {
  const { owner } = write
  if (!areApart(steps.fields) || !areApart(steps.meta)) return undefined
  const entries: Entry[] = [
    ...registers('fields', steps.fields, write),
    ...registers('meta', steps.meta, write),
    ...steps.tags.map(({ value }): Entry => ({ root: 'tags', key: ownedKey(value, owner), value: true })),
    ...steps.links.map(({ value }): Entry => ({ root: 'links', key: ownedKey(linkName(value), owner), value: true }))
  ]
  const names = new Set(entries.map(({ root, key }) => `${root} ${key}`))
  return names.size === entries.length ? entries : undefined
}

/** Pointers below different members never lead through each other. */
function areApart(steps: readonly FieldStep[]): boolean {
  return new Set(steps.map(({ keys }) => keys[0])).size === steps.length
}

function registers(
  root: 'fields' | 'meta',
  steps: readonly FieldStep[],
  { owner, time }: { owner: KeyOwner; time: HybridTime }
): Entry[] {
  return steps.flatMap(({ leaves = [] }) =>
    leaves.map(({ keys, value }): Entry => {
      return { root, key: ownedKey(formatPointer(keys), owner), value: [...storedRegister(time, value)] }
    })
  )
}

function encodeUpdate(structs: readonly Structs[]): Uint8Array {
  scratch.start()
  scratch.uint(structs.length)
  for (const { client, count, write } of structs.toSorted((a, b) => b.client - a.client)) {
    scratch.uint(count)
    scratch.uint(client)
    scratch.uint(FIRST_CLOCK)
    write(scratch)
  }
  scratch.uint(NO_DELETES)
  return scratch.copy()
}

function writeBody(update: UpdateBytes, text: Uint8Array): void {
  writeStart(update, TEXT, 'body')
  update.bytes(text)
}

function writeEntries(update: UpdateBytes, entries: readonly Entry[]): void {
  for (const { root, key, value } of entries) {
    writeStart(update, ANY_VALUE | MAP_ENTRY, root)
    update.text(key)
    update.uint(VALUES_PER_ENTRY)
    update.value(value)
  }
}

function writeStart(update: UpdateBytes, kind: number, root: MapRoot | 'body'): void {
  update.byte(kind)
  update.uint(PARENT_IS_ROOT)
  update.text(root)
}
