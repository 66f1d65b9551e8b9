import type { CommitId, ContextPath, DeviceId, DocId } from '@hcfs/core'
import { deviceId, docId as parseDocId, parsePath, pathFromKey, pathKey, pathKeyRange, ROOT_PATH } from '@hcfs/core'
import type { KeyRange, StoreKey } from './ordered-store.ts'

/**
 * Every key of the store. A key is its family's letter, `:`, and parts of fixed
 * width, so that the order of keys is the order of what they name.
 *
 * | family | key | value |
 * |---|---|---|
 * | `m` | name | what there is one of: format, network, incarnation, counts |
 * | `l` | position | header and signature of a commit |
 * | `l` | position, index | an entry with its payload |
 * | `i` | commit id | the position of that commit |
 * | `h` | document id, position, index | one row of a context's history |
 * | `k` | document id, position, index | a checkpoint of a document |
 * | `c` | path | the row of a context that is shown |
 * | `d` | path | the row of a context that is hidden |
 * | `o` | path, document id | the row of a context of a space in which its path lies no longer |
 * | `e` | time, path | a context that expires then |
 * | `f` | leaf, space | a leaf of a space's fingerprint trie; nothing stands for the outermost space |
 * | `t` | author, incarnation, space | the tips of a chain, one for each branch |
 * | `u` | what has to be judged or built anew | what is known of it |
 * | `w` | position, index | an own entry that has to be written anew |
 * | `r` | commit id | a commit of this device that another node handed over |
 * | `b` | path | a context that was made anew, of which not all followers of the log know yet |
 * | `y` | document id | a document of which two entries claimed the same Yjs clocks |
 * | `v` | position | which entries of that commit are void, and why |
 * | `p` | kind, id | a part of the policy that a device signed: entry, grant, suspension or request |
 * | `n` | ticket id | a ticket that this node redeems, and who has used it |
 * | `s` | name | the progress of a subtree operation that takes several commits |
 * | `j` | document id, number | a part of the document that the editors of a context share |
 */
const FAMILY = {
  meta: 'm:',
  log: 'l:',
  commit: 'i:',
  history: 'h:',
  checkpoint: 'k:',
  context: 'c:',
  hidden: 'd:',
  stray: 'o:',
  expiry: 'e:',
  leaf: 'f:',
  chain: 't:',
  verdict: 'v:',
  unjudged: 'u:',
  rewrite: 'w:',
  receivedOwn: 'r:',
  claimed: 'y:',
  untold: 'b:',
  policy: 'p:',
  invitation: 'n:',
  step: 's:',
  bridge: 'j:'
} as const

export type KeyFamily = keyof typeof FAMILY

export type MetaName =
  | 'format'
  | 'genesis'
  | 'api-keys'
  | 'identity'
  | 'incarnation'
  | 'fingerprint-key'
  | 'counts'
  | 'judged'
  | 'listening'
  | 'inviter'
  | 'clean-stop'
  | 'place'
  | 'unproven'

/** Entry, grant, suspension, request. */
export type PolicyPartMark = 'e' | 'g' | 's' | 'r'

/** A place in the log: the commit's position, then the entry's index in it. */
export interface EntryPlace {
  readonly position: number
  readonly index: number
}

/** A range with both ends. */
export interface ClosedRange extends KeyRange {
  readonly gte: StoreKey
  readonly lt: StoreKey
}

const POSITION_WIDTH = 13
const INDEX_WIDTH = 2
const LEAF_WIDTH = 4
const LEAF_END = 'f:'.length + LEAF_WIDTH
const INCARNATION_WIDTH = 8
const CHAIN_MARK = 'c'
const DOCUMENT_MARK = 'd'
const CHAIN_AUTHOR_END = 't:'.length + 64
const CHAIN_INCARNATION_END = CHAIN_AUTHOR_END + INCARNATION_WIDTH
const TIME_WIDTH = 11
const PART_WIDTH = 8
const AFTER_PATH = '\u0000'
/** Above every character that a key part has, so that it ends a range. */
const AFTER_LAST = '~'

export const keys = {
  meta: (name: MetaName): StoreKey => FAMILY.meta + name,

  logHeader: (position: number): StoreKey => FAMILY.log + hex(position, POSITION_WIDTH),
  logEntry: (position: number, index: number): StoreKey => FAMILY.log + place({ position, index }),
  /** Headers and entries from one position to another, both included; without `to` up to the last. */
  logRange: (from: number, to?: number): KeyRange => ({
    gte: keys.logHeader(from),
    lt: to === undefined ? FAMILY.log + AFTER_LAST : keys.logHeader(to + 1)
  }),
  parseLogKey: (key: StoreKey): { position: number; index: number | undefined } => ({
    position: number(key.slice(FAMILY.log.length, FAMILY.log.length + POSITION_WIDTH)),
    index: key.length > FAMILY.log.length + POSITION_WIDTH ? number(key.slice(-INDEX_WIDTH)) : undefined
  }),

  commitPosition: (id: CommitId): StoreKey => FAMILY.commit + id,

  history: (docId: DocId, at: EntryPlace): StoreKey => FAMILY.history + docId + place(at),
  historyRange: (docId: DocId): KeyRange => within(FAMILY.history + docId),
  parseHistoryKey: (key: StoreKey): EntryPlace => placeAtEnd(key),

  checkpoint: (docId: DocId, at: EntryPlace): StoreKey => FAMILY.checkpoint + docId + place(at),
  checkpointRange: (docId: DocId): KeyRange => within(FAMILY.checkpoint + docId),
  parseCheckpointKey: (key: StoreKey): EntryPlace & { docId: DocId } => ({
    ...placeAtEnd(key),
    docId: parseDocId(key.slice(FAMILY.checkpoint.length, -(POSITION_WIDTH + INDEX_WIDTH)))
  }),

  context: (path: ContextPath): StoreKey => FAMILY.context + pathKey(path),
  /** The context at `prefix` and everything below it. */
  contextRange: (prefix: ContextPath): ClosedRange => pathRange(FAMILY.context, prefix),
  parseContextKey: (key: StoreKey): ContextPath => pathFromKey(key.slice(FAMILY.context.length)),

  hiddenContext: (path: ContextPath): StoreKey => FAMILY.hidden + pathKey(path),
  hiddenContextRange: (prefix: ContextPath): ClosedRange => pathRange(FAMILY.hidden, prefix),

  /** No key of a path holds U+0000, so it stands before all that lies below the path. */
  strayContext: (path: ContextPath, docId: DocId): StoreKey => `${FAMILY.stray}${pathKey(path)}${AFTER_PATH}${docId}`,
  strayContextRange: (prefix: ContextPath): ClosedRange => pathRange(FAMILY.stray, prefix),
  parseStrayKey: (key: StoreKey): { path: ContextPath; docId: DocId } => {
    const [path, docId] = key.slice(FAMILY.stray.length).split(AFTER_PATH)
    return { path: pathFromKey(path ?? ''), docId: parseDocId(docId ?? '') }
  },

  expiry: (atMs: number, path: ContextPath): StoreKey => FAMILY.expiry + hex(atMs, TIME_WIDTH) + pathKey(path),
  /** What expires at or before a time. */
  expiryRange: (upToMs: number): KeyRange => ({ gte: FAMILY.expiry, lt: FAMILY.expiry + hex(upToMs + 1, TIME_WIDTH) }),
  parseExpiryKey: (key: StoreKey): { atMs: number; path: ContextPath } => ({
    atMs: number(key.slice(FAMILY.expiry.length, FAMILY.expiry.length + TIME_WIDTH)),
    path: pathFromKey(key.slice(FAMILY.expiry.length + TIME_WIDTH))
  }),

  leaf: (leaf: number, space: ContextPath = ROOT_PATH): StoreKey =>
    FAMILY.leaf + hex(leaf, LEAF_WIDTH) + (space === ROOT_PATH ? '' : pathKey(space)),
  parseLeafKey: (key: StoreKey): number => number(key.slice(FAMILY.leaf.length, LEAF_END)),
  spaceOfLeafKey: (key: StoreKey): ContextPath =>
    key.length === LEAF_END ? ROOT_PATH : pathFromKey(key.slice(LEAF_END)),

  rewrite: (at: EntryPlace): StoreKey => FAMILY.rewrite + place(at),
  parseRewriteKey: (key: StoreKey): EntryPlace => placeAtEnd(key),
  receivedOwn: (id: CommitId): StoreKey => FAMILY.receivedOwn + id,
  untold: (path: ContextPath): StoreKey => FAMILY.untold + pathKey(path),
  parseUntoldKey: (key: StoreKey): ContextPath => pathFromKey(key.slice(FAMILY.untold.length)),
  claimedDocument: (docId: DocId): StoreKey => FAMILY.claimed + docId,

  verdict: (position: number): StoreKey => FAMILY.verdict + hex(position, POSITION_WIDTH),
  unjudgedChain: (chain: string): StoreKey => FAMILY.unjudged + CHAIN_MARK + chain,
  unbuiltDocument: (docId: DocId): StoreKey => FAMILY.unjudged + DOCUMENT_MARK + docId,
  /** A chain by its own key, or a document. */
  parseUnjudgedKey: (key: StoreKey): { chain: StoreKey } | { docId: DocId } => {
    const name = key.slice(FAMILY.unjudged.length + 1)
    return key[FAMILY.unjudged.length] === CHAIN_MARK ? { chain: name } : { docId: parseDocId(name) }
  },

  parseVerdictKey: (key: StoreKey): number => number(key.slice(FAMILY.verdict.length)),

  chainTip: ({ author, incarnation, space }: { author: string; incarnation: number; space: ContextPath }): StoreKey =>
    `${FAMILY.chain}${author}${hex(incarnation, INCARNATION_WIDTH)}${space}`,

  parseChainKey: (key: StoreKey): { author: DeviceId; incarnation: number; space: ContextPath } => ({
    author: deviceId(key.slice(FAMILY.chain.length, CHAIN_AUTHOR_END)),
    incarnation: number(key.slice(CHAIN_AUTHOR_END, CHAIN_INCARNATION_END)),
    space: parsePath(key.slice(CHAIN_INCARNATION_END))
  }),

  policyPart: (kind: PolicyPartMark, id: string): StoreKey => FAMILY.policy + kind + id,
  invitation: (id: string): StoreKey => FAMILY.invitation + id,

  step: (name: string): StoreKey => FAMILY.step + name,

  bridgePart: (docId: DocId, part: number): StoreKey => FAMILY.bridge + docId + hex(part, PART_WIDTH),
  bridgeParts: (docId: DocId): KeyRange => within(FAMILY.bridge + docId),
  parseBridgePart: (key: StoreKey): number => number(key.slice(-PART_WIDTH)),

  family: (family: KeyFamily): KeyRange => within(FAMILY[family])
}

function place({ position, index }: EntryPlace): string {
  return hex(position, POSITION_WIDTH) + hex(index, INDEX_WIDTH)
}

function placeAtEnd(key: StoreKey): EntryPlace {
  return {
    position: number(key.slice(-(POSITION_WIDTH + INDEX_WIDTH), -INDEX_WIDTH)),
    index: number(key.slice(-INDEX_WIDTH))
  }
}

function within(prefix: string): KeyRange {
  return { gte: prefix, lt: prefix + AFTER_LAST }
}

function pathRange(family: string, prefix: ContextPath): ClosedRange {
  const { gte, lt } = pathKeyRange(prefix)
  return { gte: family + gte, lt: family + lt }
}

/** A number that needs more digits would stand before smaller ones. */
function hex(value: number, width: number): string {
  if (Number.isSafeInteger(value) && value >= 0 && value < 16 ** width) return value.toString(16).padStart(width, '0')
  throw new TypeError(`A part of a key is a whole number of at most ${width} hexadecimal digits, not ${value}`)
}

function number(text: string): number {
  return Number.parseInt(text, 16)
}
