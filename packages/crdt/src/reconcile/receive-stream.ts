import type { CommitId } from '@hcfs/core'
import { decodeCbor, hasErrorCode } from '@hcfs/core'
import { ArrayReader } from '../commit/array-reader.ts'
import type { CommitHeader } from '../commit/commit.ts'
import type { Stateless } from './next-step.ts'
import { carryOn, LOCATES_MAX, planned, receive, weigh } from './next-step.ts'
import type { Transition } from './session-effects.ts'
import { into, misbehaved, send } from './session-effects.ts'
import type { SessionIn, Stream } from './session-state.ts'
import { invalidSyncMessage, readingSync } from './sync-errors.ts'
import { SYNC_LIMITS } from './sync-limits.ts'
import type { MessageNamed } from './sync-message.ts'
import type { ReadResultOf } from './sync-read.ts'
import type { ChainRange, CommitPlace, LackingTip, SyncedCommit } from './sync-source.ts'
import { unpackCommits } from './unpack-commits.ts'

type Receiving = SessionIn<'receiving'>
type Commits = Extract<Stream, { stream: 'commits' }>

/** Follower: commits or all of them are offered. */
export function considerOffer(session: Stateless, { tips }: MessageNamed<'offer'>): Transition {
  return weigh(planned(session, { locatesLeft: LOCATES_MAX }), tips)
}

export function considerAll(session: Stateless): Transition {
  return receive(planned(session, { locatesLeft: LOCATES_MAX }), { stream: 'commits', selection: 'all' })
}

/** Places of missing commits came. */
export function considerPlaces(session: SessionIn<'locating'>, { tips }: MessageNamed<'offer'>): Transition {
  return weigh(planned(session, { locatesLeft: session.plan.locatesLeft - 1 }), tips)
}

export function wantLacking(session: SessionIn<'weighing'>, { lacking }: ReadResultOf<'lacking'>): Transition {
  // Each time that missing parents had to be looked for, twice as much of a forked chain is fetched.
  const forkedLength = 2 ** (LOCATES_MAX - session.plan.locatesLeft)
  const selection = lacking.map((each) => rangeOf(each, forkedLength))
  return selection.length === 0 ? conclude(session) : receive(session, { stream: 'commits', selection })
}

export function takeFrame(session: Receiving, { bytes, ends }: MessageNamed<'frame'>): Transition {
  const { state } = session
  if (state.credit === 0 || state.isComplete) return misbehaved(session, 'a frame that nobody asked for')
  const piecesBytes = state.piecesBytes + bytes.length
  if (piecesBytes > SYNC_LIMITS.batchBytesMax) return misbehaved(session, 'a batch that does not end')
  // Only full frames are pieces, so that a batch has few of them.
  if (ends === 'nothing' && bytes.length !== SYNC_LIMITS.frameBytesMax) return misbehaved(session, 'a piece too small')
  const pieces = [...state.pieces, bytes]
  // What waits in memory is bounded by the size of a batch, so the next piece may come at once.
  if (ends === 'nothing') return into(session, { ...state, pieces, piecesBytes }, send({ message: 'more', credit: 1 }))
  const credit = state.credit - 1
  const next = { ...state, credit, pieces: [], piecesBytes: 0, isComplete: ends === 'stream' }
  // A stream in which there is nothing more ends with an empty frame.
  if (piecesBytes === 0 && next.isComplete) return judged({ ...session, state: next })
  return takeBatch({ ...session, state: next }, joined(pieces, piecesBytes))
}

/** The caller has judged a batch. */
export function takeDelivered(session: Receiving, missing: readonly CommitId[]): Transition {
  const { state } = session
  if (state.undelivered === 0) throw new TypeError('Nothing was delivered that could have been judged')
  const credit = state.isComplete ? state.credit : state.credit + 1
  const next = { ...session, state: { ...state, credit, undelivered: state.undelivered - 1, missing } }
  return state.isComplete ? judged(next) : into(next, next.state, send({ message: 'more', credit: 1 }))
}

function takeBatch(session: Receiving, bytes: Uint8Array): Transition {
  const { options, space, state } = session
  try {
    if (state.wanted.stream === 'policy') return deliverPolicy(session, readPolicyBatch(bytes))
    return deliverCommits(session, unpackCommits(bytes, { network: options.network, space }), state.wanted)
  } catch (error) {
    if (hasErrorCode(error, 'SYNC_MESSAGE_INVALID')) return misbehaved(session, 'a batch that is malformed')
    throw error
  }
}

function deliverPolicy(session: Receiving, entries: readonly Uint8Array[]): Transition {
  const state = { ...session.state, undelivered: session.state.undelivered + 1 }
  return into(session, state, { effect: 'deliver-policy', entries })
}

function deliverCommits(session: Receiving, commits: readonly SyncedCommit[], wanted: Commits): Transition {
  let { after } = wanted
  for (const { commit } of commits) {
    const place = { hlc: commit.header.hlc, id: commit.id }
    if (after !== undefined && !standsBehind(place, after)) return misbehaved(session, 'commits out of order')
    if (!isWanted(commit.header, wanted.selection)) return misbehaved(session, 'a commit that nobody asked for')
    after = place
  }
  const { state, plan } = session
  const commitsLeft = state.commitsLeft - commits.length
  if (commitsLeft < 0) return misbehaved(session, 'more commits than the chains can have')
  const next = {
    ...state,
    commitsLeft,
    wanted: { ...wanted, ...(after !== undefined && { after }) },
    undelivered: state.undelivered + 1
  }
  const counted = planned(session, { received: plan.received + commits.length })
  return into(counted, next, { effect: 'deliver', commits })
}

/** Goes on when the stream is complete and all of it was judged. */
function judged(session: Receiving): Transition {
  const { state, plan } = session
  if (state.undelivered > 0) return into(session, state)
  const ids = state.missing.slice(0, SYNC_LIMITS.idsMax)
  // A stream in which nothing came leaves nothing missing, so this cannot go round in circles.
  if (ids.length === 0 || plan.locatesLeft === 0) return conclude(session)
  return into(session, { name: 'locating' }, send({ message: 'locate', ids }))
}

/** A follower says that it has what it wants; a leader takes its next step. */
function conclude(session: Stateless): Transition {
  return session.role === 'leader' ? carryOn(session) : carryOn(session, send({ message: 'enough' }))
}

function rangeOf({ tip, heldSeq }: LackingTip, forkedLength: number): ChainRange {
  const after = heldSeq < tip.seq ? heldSeq : Math.max(0, tip.seq - forkedLength)
  return { after, tip }
}

function isWanted({ author, incarnation, seq }: CommitHeader, selection: Commits['selection']): boolean {
  if (selection === 'all') return true
  return selection.some(
    ({ after, tip }) => tip.author === author && tip.incarnation === incarnation && seq > after && seq <= tip.seq
  )
}

function standsBehind(place: CommitPlace, other: CommitPlace): boolean {
  return place.hlc === other.hlc ? place.id > other.id : place.hlc > other.hlc
}

function readPolicyBatch(bytes: Uint8Array): Uint8Array[] {
  return readingSync(() => {
    const value = decodeCbor(bytes, { bytesMax: SYNC_LIMITS.batchBytesMax })
    const entries = new ArrayReader([value], 'policy', 1).byteStrings('entries')
    if (entries.length > 0) return entries
    throw invalidSyncMessage('a batch holds nothing')
  })
}

function joined(pieces: readonly Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
