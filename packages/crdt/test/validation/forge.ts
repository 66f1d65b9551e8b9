import type { Random } from '@hcfs/core'
import type { ContextDocument } from '../../src/document/context-document.ts'
import { clientIdOf } from '../../src/document/ids.ts'
import { keyOwner, ownedKey } from '../../src/document/owned-key.ts'
import type { Entry } from './entry-history.ts'
import { DOC } from './entry-history.ts'
import { lettersOf } from './letter-history.ts'
import { pick } from './mutate.ts'
import type { Content, Id, WrittenStruct } from './write-update.ts'
import { holding, writeUpdate } from './write-update.ts'

interface Forged {
  readonly struct: WrittenStruct
  readonly length: number
}

/** What a forger knows, and has written so far. */
interface Desk {
  readonly entry: Entry
  readonly random: Random
  readonly text: Id[]
  readonly next: Id
}

export function clientOf({ writer }: Entry, session: number): number {
  return clientIdOf({ ...writer, docId: DOC, session })
}

/** Well-formed bytes under the author's own client id, in places and with keys that may be anybody's. */
export function forge(entry: Entry, document: ContextDocument, random: Random): Uint8Array {
  const client = clientOf(entry, 0)
  const start = entry.base.get(client) ?? 0
  const text = lettersOf(document.items)
  const structs: WrittenStruct[] = []
  let clock = start
  for (let count = random.below(4); count > 0; count -= 1) {
    const { struct, length } = pick(
      [forgedText, forgedText, forgedEntry],
      random
    )({ entry, random, text, next: [client, clock] })
    structs.push(struct)
    clock += length
  }
  const sections = structs.length === 0 ? [] : [{ id: [client, start] as const, structs }]
  return writeUpdate({ sections, deletes: forgedDeletes(entry, random) })
}

/** Mostly between neighbours. */
function forgedText({ random, text, next: [client, clock] }: Desk): Forged {
  const at = random.below(text.length + 1)
  const origin = text[at - 1]
  const right = random.below(4) === 0 ? text[random.below(text.length + 1)] : text[at]
  const [content, length] = pick<[Content, number]>(
    [
      [holding.text('f'), 1],
      [holding.text('gé'), 2],
      [holding.deleted(2), 2]
    ],
    random
  )
  text.splice(at, 0, ...Array.from({ length }, (_, offset): Id => [client, clock + offset]))
  return { struct: { content, ...(origin && { origin }), ...(right && { right }) }, length }
}

function forgedEntry({ entry, random }: Desk): Forged {
  const { hlc, writer, base } = entry
  const contents = [holding.values([hlc, 'v']), holding.values([hlc + 1]), holding.values(true), holding.deleted(1)]
  const content = pick(contents, random)
  const [client, end] = pick([...base, [1, 1] as const], random)
  if (random.below(3) === 0) return { struct: { content, origin: [client, random.below(end)] }, length: 1 }
  const parent = pick(['fields', 'meta', 'tags', 'links'], random)
  const key = ownedKey(pick(['/a', '/b', 'red', '/~'], random), keyOwner(writer, pick([0, 0, 0, 1], random)))
  return { struct: { content, parent, key }, length: 1 }
}

function forgedDeletes({ base }: Entry, random: Random) {
  return [...base]
    .filter(() => random.below(3) === 0)
    .sort(([left], [right]) => right - left)
    .map(([client, end]) => ({ client, ranges: [[random.below(end), 1 + random.below(3)] as const] }))
}
