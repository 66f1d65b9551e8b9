import type { CborValue } from '@hcfs/core'
import { commitId, docId, encodeCbor, FORMAT_LIMITS, idToBytes } from '@hcfs/core'
import { ArrayReader, decodeCanonical } from '../commit/array-reader.ts'
import { DIGEST_BYTES } from './chain-digests.ts'
import { invalidSyncMessage, readingSync } from './sync-errors.ts'
import { SYNC_LIMITS } from './sync-limits.ts'
import type { FrameEnd, MessageNamed, SyncMessage, SyncMessageName, SyncMessages, SyncRefusal } from './sync-message.ts'
import {
  ascending,
  listOf,
  numberIn,
  packRows,
  rangeValues,
  readId,
  readNumber,
  readRange,
  readTip,
  tipValues,
  unpackRows
} from './sync-values.ts'
import { isChildSums, LEAF_DEPTH, SUM_BYTES } from './trie-sums.ts'

interface MessageForm<Name extends SyncMessageName> {
  /** How many values follow the number of the message. */
  readonly length: number
  encode(message: MessageNamed<Name>): readonly CborValue[]
  decode(reader: ArrayReader): SyncMessages[Name]
}

/** The numbers of these stand for them; new ones are only added at the end, in a new version of the protocol. */
const REFUSALS: readonly SyncRefusal[] = ['not-readable', 'busy']
const ENDS: readonly FrameEnd[] = ['nothing', 'batch', 'stream']
const LEAF_MAX = 0xffff
const UNKNOWN_MAX = SYNC_LIMITS.chainsMax - 1

const tipsForm = {
  length: 1,
  encode: ({ tips }) => [tips.map(tipValues)],
  decode: (reader) => ({ tips: listOf(reader.list('tips'), SYNC_LIMITS.tipsMax, readTip) })
} as const satisfies MessageForm<'offer'>

const creditForm = {
  length: 1,
  encode: ({ credit }) => [credit],
  decode: (reader) => ({ credit: readCredit(reader) })
} as const satisfies MessageForm<'more'>

const emptyForm = { length: 0, encode: () => [], decode: () => ({}) } as const satisfies MessageForm<'done'>

/** In the order of their numbers. */
const FORMS: { readonly [Name in SyncMessageName]: MessageForm<Name> } = {
  hello: {
    length: 5,
    encode: ({ space, epoch, root, count, chains }) => [space, epoch, root, count, chains],
    decode: (reader) => ({
      space: reader.path('space'),
      epoch: reader.wholeNumber('epoch'),
      root: reader.bytes('root', SUM_BYTES),
      count: reader.wholeNumber('count'),
      chains: reader.wholeNumber('chains')
    })
  },
  equal: emptyForm,
  different: {
    length: 2,
    encode: ({ count, chains }) => [count, chains],
    decode: (reader) => ({ count: reader.wholeNumber('count'), chains: reader.wholeNumber('chains') })
  },
  refused: {
    length: 1,
    encode: ({ reason }) => [REFUSALS.indexOf(reason)],
    decode: (reader) => ({ reason: nameAt(REFUSALS, reader.wholeNumber('reason')) })
  },
  'offer-policy': {
    length: 1,
    encode: ({ epoch }) => [epoch],
    decode: (reader) => ({ epoch: reader.wholeNumber('epoch') })
  },
  'ask-policy': {
    length: 2,
    encode: ({ after, credit }) => [after, credit],
    decode: (reader) => ({ after: reader.wholeNumber('after'), credit: readCredit(reader) })
  },
  frontier: {
    length: 1,
    encode: ({ digests }) => [digests],
    decode: (reader) => ({ digests: readDigests(reader) })
  },
  difference: {
    length: 2,
    encode: ({ tips, unknown }) => [tips.map(tipValues), unknown],
    decode: (reader) => ({
      ...tipsForm.decode(reader),
      unknown: ascending(listOf(reader.list('unknown'), SYNC_LIMITS.chainsMax, readNumber({ max: UNKNOWN_MAX })))
    })
  },
  'ask-sums': {
    length: 3,
    encode: ({ depth, step, prefixes }) => [depth, step, prefixes],
    decode: readTrieQuestion
  },
  sums: { length: 1, encode: ({ nodes }) => [nodes], decode: (reader) => ({ nodes: readNodes(reader) }) },
  'ask-rows': {
    length: 3,
    encode: ({ leaves, after, withContents }) => [
      leaves,
      after === undefined ? null : idToBytes(after),
      withContents ? 1 : 0
    ],
    decode: readRowsQuestion
  },
  rows: {
    length: 3,
    encode: ({ rows, isComplete }) => {
      const withContents = rows[0]?.content !== undefined
      return [packRows(rows, withContents), withContents ? 1 : 0, isComplete ? 1 : 0]
    },
    decode: readRows
  },
  'ask-heads': {
    length: 1,
    encode: ({ docs }) => [docs.map(idToBytes)],
    decode: (reader) => ({ docs: ascending(listOf(reader.list('docs'), SYNC_LIMITS.docsMax, readId(docId))) })
  },
  heads: {
    length: 2,
    encode: ({ covered, tips }) => [covered, tips.map(tipValues)],
    decode: (reader) => ({
      covered: numberIn(reader.wholeNumber('covered'), { min: 1, max: SYNC_LIMITS.docsMax }),
      ...tipsForm.decode(reader)
    })
  },
  offer: tipsForm,
  'offer-all': emptyForm,
  want: {
    length: 2,
    encode: ({ ranges, credit }) => [ranges.map(rangeValues), credit],
    decode: (reader) => ({
      ranges: listOf(reader.list('ranges'), SYNC_LIMITS.tipsMax, readRange),
      credit: readCredit(reader)
    })
  },
  'want-all': { ...creditForm, encode: ({ credit }) => [credit] },
  enough: emptyForm,
  frame: {
    length: 2,
    encode: ({ bytes, ends }) => [bytes, ENDS.indexOf(ends)],
    decode: (reader) => ({ bytes: reader.bytes('bytes'), ends: nameAt(ENDS, reader.wholeNumber('ends')) })
  },
  more: creditForm,
  locate: {
    length: 1,
    encode: ({ ids }) => [ids.map(idToBytes)],
    decode: (reader) => ({ ids: listOf(reader.list('ids'), SYNC_LIMITS.idsMax, readId(commitId)) })
  },
  done: emptyForm
}

const NAMES = Object.keys(FORMS) as SyncMessageName[]

/** An array: the number of the message, then its values. */
export function encodeSyncMessage(message: SyncMessage): Uint8Array {
  return encodeCbor([NAMES.indexOf(message.message), ...formOf(message.message).encode(message)])
}

/** Bytes of a peer. Whatever they are, the failure is `SYNC_MESSAGE_INVALID`. */
export function decodeSyncMessage(bytes: Uint8Array): SyncMessage {
  return readingSync(() => {
    const value = decodeCanonical(bytes, 'message', FORMAT_LIMITS.syncFrameBytesMax)
    const name = NAMES[numberAt(value)]
    if (name === undefined) throw invalidSyncMessage('its number is unknown')
    return readMessage(name, value)
  })
}

function readMessage(name: SyncMessageName, value: CborValue): SyncMessage {
  const form = formOf(name)
  const reader = new ArrayReader(value, name, form.length + 1)
  reader.wholeNumber('number')
  return { message: name, ...form.decode(reader) } as SyncMessage
}

/** Which form belongs to which message is what the type of `FORMS` says; a name that is not known yet forgets it. */
function formOf(name: SyncMessageName): {
  readonly length: number
  encode(message: SyncMessage): readonly CborValue[]
  decode(reader: ArrayReader): SyncMessages[SyncMessageName]
} {
  return FORMS[name]
}

function numberAt(value: CborValue): number {
  const number: unknown = Array.isArray(value) ? value[0] : undefined
  return typeof number === 'number' ? number : -1
}

function nameAt<Name>(names: readonly Name[], number: number): Name {
  const name = names[number]
  if (name === undefined) throw invalidSyncMessage('a number stands for nothing')
  return name
}

function readCredit(reader: ArrayReader): number {
  return numberIn(reader.wholeNumber('credit'), { min: 1, max: SYNC_LIMITS.creditMax })
}

function readFlag(reader: ArrayReader, name: string): boolean {
  return numberIn(reader.wholeNumber(name), { max: 1 }) === 1
}

function readDigests(reader: ArrayReader): Uint8Array {
  const digests = reader.bytes('digests')
  if (digests.length % DIGEST_BYTES === 0 && digests.length <= SYNC_LIMITS.chainsMax * DIGEST_BYTES) return digests
  throw invalidSyncMessage('digests are cut off or too many')
}

function readTrieQuestion(reader: ArrayReader): SyncMessages['ask-sums'] {
  const depth = numberIn(reader.wholeNumber('depth'), { max: LEAF_DEPTH - 1 })
  const step = numberIn(reader.wholeNumber('step'), { min: 1, max: 2 }) === 1 ? 1 : 2
  if (depth + step > LEAF_DEPTH) throw invalidSyncMessage('nothing lies below a leaf')
  const max = step === 1 ? SYNC_LIMITS.narrowPrefixesMax : SYNC_LIMITS.widePrefixesMax
  const prefixes = listOf(reader.list('prefixes'), max, readNumber({ max: 16 ** depth - 1 }))
  return { depth, step, prefixes: ascending(prefixes) }
}

function readNodes(reader: ArrayReader): Uint8Array[] {
  const nodes = reader.byteStrings('nodes')
  const isFormed = nodes.every((node) => isChildSums(node, 1) || isChildSums(node, 2))
  if (isFormed && nodes.length <= SYNC_LIMITS.narrowPrefixesMax) return nodes
  throw invalidSyncMessage('sums are cut off or too many')
}

function readRowsQuestion(reader: ArrayReader): SyncMessages['ask-rows'] {
  const leaves = ascending(listOf(reader.list('leaves'), SYNC_LIMITS.leavesMax, readNumber({ max: LEAF_MAX })))
  const after = reader.optional(() => reader.id('after', docId))
  return { leaves, ...(after !== undefined && { after }), withContents: readFlag(reader, 'withContents') }
}

function readRows(reader: ArrayReader): SyncMessages['rows'] {
  const packed = reader.bytes('rows')
  const rows = unpackRows(packed, readFlag(reader, 'withContents'))
  const isComplete = readFlag(reader, 'isComplete')
  if (rows.length > SYNC_LIMITS.rowsMax) throw invalidSyncMessage('there are too many rows')
  if (rows.length === 0 && !isComplete) throw invalidSyncMessage('no rows come and more are promised')
  return { rows, isComplete }
}
