import { encodeCbor } from '@hcfs/core'
import type { Stateless } from './next-step.ts'
import { carryOn, planned } from './next-step.ts'
import { packCommits } from './pack-commits.ts'
import type { SyncEffect, Transition } from './session-effects.ts'
import { into, readOf, send } from './session-effects.ts'
import type { SessionIn, Stream } from './session-state.ts'
import { SYNC_LIMITS } from './sync-limits.ts'
import type { MessageNamed } from './sync-message.ts'
import type { ReadResultOf } from './sync-read.ts'

type Sending = SessionIn<'sending'>

const NOTHING = new Uint8Array(0)

export function giveWanted(session: Stateless, { ranges, credit }: MessageNamed<'want'>): Transition {
  return give(session, { stream: 'commits', selection: ranges }, credit)
}

export function giveAll(session: Stateless, { credit }: MessageNamed<'want-all'>): Transition {
  return give(session, { stream: 'commits', selection: 'all' }, credit)
}

export function givePolicy(session: Stateless, { after, credit }: MessageNamed<'ask-policy'>): Transition {
  return give(session, { stream: 'policy', after }, credit)
}

/** The peer has room for more frames. One that comes after the last frame changes nothing. */
export function takeCredit(session: Sending, { credit }: MessageNamed<'more'>): Transition {
  const { state } = session
  return flush(session, { ...state, credit: Math.min(state.credit + credit, SYNC_LIMITS.creditMax) })
}

export function sendCommits(session: Sending, { commits, isLast }: ReadResultOf<'commits'>): Transition {
  const { state, plan } = session
  const last = commits.at(-1)?.commit
  const after = last === undefined ? {} : { after: { hlc: last.header.hlc, id: last.id } }
  const rest = commits.length === 0 ? NOTHING : packCommits(commits)
  const given = { ...state.given, ...after } as Stream
  const counted = planned(session, { sent: plan.sent + commits.length })
  return flush(counted, { ...state, given, rest, isLast: isLast || commits.length === 0 })
}

export function sendPolicy(session: Sending, { entries, epoch, isLast }: ReadResultOf<'policy'>): Transition {
  const rest = entries.length === 0 ? NOTHING : encodeCbor(entries, { bytesMax: SYNC_LIMITS.batchBytesMax })
  const given: Stream = { stream: 'policy', after: epoch }
  return flush(session, { ...session.state, given, rest, isLast: isLast || entries.length === 0 })
}

/** The peer asks where commits stand that it lacks. */
export function lookUp(session: Stateless, { ids }: MessageNamed<'locate'>): Transition {
  return into(session, { name: 'placing' }, readOf(session, { read: 'places', ids }))
}

export function sendPlaces(session: Stateless, { tips }: ReadResultOf<'places'>): Transition {
  return awaitPeer(session, send({ message: 'offer', tips: tips.slice(0, SYNC_LIMITS.tipsMax) }))
}

export function takeEnough(session: Stateless): Transition {
  return carryOn(session)
}

function give(session: Stateless, given: Stream, credit: number): Transition {
  return into(session, { name: 'sending', given, credit, isLast: false }, readNext(session, given))
}

function readNext(session: Stateless, given: Stream): SyncEffect {
  const bytesMax = SYNC_LIMITS.batchBytesWanted
  if (given.stream === 'policy') return readOf(session, { read: 'policy', question: { after: given.after, bytesMax } })
  const { selection, after } = given
  const question = { selection, ...(after !== undefined && { after }), bytesMax }
  return readOf(session, { read: 'commits', question })
}

/** Sends what credit allows of the batch that is here, and then reads the next one. */
function flush(session: Stateless, state: Sending['state']): Transition {
  let { credit, rest } = state
  const { isLast, given, name } = state
  const frames: SyncEffect[] = []
  while (rest !== undefined && credit > 0) {
    const bytes = rest.subarray(0, SYNC_LIMITS.frameBytesMax)
    const isWhole = bytes.length === rest.length
    frames.push(send({ message: 'frame', bytes, ends: isWhole ? (isLast ? 'stream' : 'batch') : 'nothing' }))
    rest = isWhole ? undefined : rest.subarray(bytes.length)
    credit -= 1
  }
  if (rest !== undefined) return into(session, { name, given, credit, rest, isLast }, ...frames)
  if (isLast) return awaitPeer(session, ...frames)
  const reads = state.rest === undefined ? [] : [readNext(session, given)]
  return into(session, { name, given, credit, isLast }, ...frames, ...reads)
}

/** What was given is judged now: a leader hears whether more is wanted, a follower waits for whatever the leader says. */
function awaitPeer(session: Stateless, ...effects: readonly SyncEffect[]): Transition {
  return into(session, { name: session.role === 'leader' ? 'offering' : 'serving' }, ...effects)
}
