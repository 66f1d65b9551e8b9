import type { ContextPath } from '@hcfs/core'
import { hasErrorCode, ROOT_PATH } from '@hcfs/core'
import { resolveSessionOptions, thenSteps } from './next-step.ts'
import { takeDelivered } from './receive-stream.ts'
import type { SyncInput, Transition } from './session-effects.ts'
import { finish, into, misbehaved } from './session-effects.ts'
import type {
  Plan,
  SessionIn,
  SessionOptions,
  SessionState,
  SessionStateName,
  SyncSession,
  Usage
} from './session-state.ts'
import { SESSION_TABLE } from './session-table.ts'
import { decodeSyncMessage } from './sync-codec.ts'
import type { SyncMessage, SyncMessageName } from './sync-message.ts'
import type { SyncReadName, SyncReadResult } from './sync-read.ts'

/**
 * A session in which two peers make their copies of one space equal. It is a
 * value; `syncStep` takes what happened and gives the next value and what the
 * driver has to do. Nothing in here reads, sends or waits.
 *
 * 1. One side leads and the other follows. They take turns, so at any moment one
 *    of them has something to do; only `more` may cross another message.
 * 2. It ends: every step of a leader puts finitely many smaller ones in its place,
 *    every stream is ascending, looking for parents and greeting anew are counted,
 *    and in all of it messages, bytes and ticks are too.
 * 3. Memory is bounded by `SYNC_LIMITS` and 65,536 prefixes of the trie.
 * 4. Whatever a peer says, it costs the session and nothing else. Commits are
 *    handed over for judging; the session itself believes none of them.
 */

const GREETINGS_MAX = 4
const NO_SALT = new Uint8Array(0)
const READING: readonly SessionStateName[] = ['meeting', 'answering', 'opening', 'digesting', 'weighing', 'placing']
const UNUSED: Usage = { messages: 0, bytes: 0, ticks: 0, idleTicks: 0 }

export interface LeadOptions extends Omit<SessionOptions, 'refusalFor'> {
  readonly space: ContextPath
  /** When the roots turn out equal, these leaves are compared document by document, with the hashes of contents. */
  readonly auditLeaves?: readonly number[]
}

/** Opens a session as the leader; performing the effects says hello. */
export function leadSession({ space, auditLeaves = [], ...options }: LeadOptions): Transition {
  const session = newSession('leader', { space, auditLeaves, options: { ...options, refusalFor: nothing } })
  return thenSteps(session, [{ step: 'greet' }])
}

/** Opens a session as the follower, which waits for a hello. */
export function followSession(options: SessionOptions): SyncSession {
  return newSession('follower', { space: ROOT_PATH, auditLeaves: [], options })
}

export function isFinished(session: SyncSession): session is SyncSession & { state: SessionIn<'finished'>['state'] } {
  return session.state.name === 'finished'
}

export function syncStep(session: SyncSession, input: SyncInput): Transition {
  // What was asked for before the end may still come in.
  if (isFinished(session)) return { session, effects: [] }
  switch (input.input) {
    case 'message':
      return hearBytes(session, input.bytes)
    case 'read':
      return takeRead(session, input.result)
    case 'delivered':
      return isIn(session, 'receiving') ? takeDelivered(session, input.missing) : notExpected(session, 'delivered')
    case 'refused':
      return misbehaved(session, input.what)
    case 'tick':
      return tick(session)
    case 'stop':
      return finish(session, { reason: 'stopped', why: input.why })
  }
}

function hearBytes(session: SyncSession, bytes: Uint8Array): Transition {
  const { options } = session
  const usage = {
    ...session.usage,
    messages: session.usage.messages + 1,
    bytes: session.usage.bytes + bytes.length,
    idleTicks: 0
  }
  const used = { ...session, usage }
  if (usage.messages > options.messagesMax || usage.bytes > options.bytesMax) {
    return finish(used, { reason: 'budget-spent' })
  }
  try {
    return hear(used, decodeSyncMessage(bytes))
  } catch (error) {
    if (hasErrorCode(error, 'SYNC_MESSAGE_INVALID')) return misbehaved(used, 'a message that is malformed')
    throw error
  }
}

function hear(session: SyncSession, message: SyncMessage): Transition {
  const { name } = session.state
  // Room for more frames may be granted while the last one is on its way.
  if (message.message === 'more' && name !== 'sending') return into(session, session.state)
  const handler = rowOf(name)[message.message]
  return handler === undefined ? misbehaved(session, `${message.message} while ${name}`) : handler(session, message)
}

function takeRead(session: SyncSession, result: SyncReadResult): Transition {
  const handler = rowOf(session.state.name)[`read ${result.read}`]
  return handler === undefined ? notExpected(session, result.read) : handler(session, result)
}

function tick(session: SyncSession): Transition {
  const { usage, options } = session
  const idleTicks = isOwnTurn(session.state) ? usage.idleTicks : usage.idleTicks + 1
  const passed = { ...usage, ticks: usage.ticks + 1, idleTicks }
  const isOver = passed.ticks > options.ticksMax || passed.idleTicks > options.idleTicksMax
  return isOver ? finish(session, { reason: 'timed-out' }) : into({ ...session, usage: passed }, session.state)
}

/** Whether the session waits for its own side, which is no fault of the peer. */
function isOwnTurn(state: SessionState): boolean {
  if (state.name === 'receiving') return state.undelivered > 0
  if (state.name === 'sending') return state.rest === undefined
  return READING.includes(state.name)
}

/** Rows of the table for a name that is known only now: which message belongs to which state was checked when it was made. */
type AnyRow = Partial<
  Record<SyncMessageName, { hear(session: SyncSession, message: SyncMessage): Transition }['hear']> &
    Record<`read ${SyncReadName}`, { take(session: SyncSession, result: SyncReadResult): Transition }['take']>
>

function rowOf(name: SessionStateName): AnyRow {
  return SESSION_TABLE[name]
}

function isIn<Name extends SessionStateName>(
  session: SyncSession,
  name: Name
): session is SyncSession & SessionIn<Name> {
  return session.state.name === name
}

/** The driver said something that no effect led to. */
function notExpected({ state }: SyncSession, what: string): never {
  throw new TypeError(`A session that is ${state.name} does not wait for ${what}`)
}

/** A leader refuses nobody: it spoke first. */
function nothing(): undefined {}

interface NewSession {
  readonly space: ContextPath
  readonly auditLeaves: readonly number[]
  readonly options: SessionOptions
}

function newSession(role: SyncSession['role'], { space, auditLeaves, options }: NewSession): SyncSession {
  const plan: Plan = {
    steps: [],
    auditLeaves,
    greetingsLeft: GREETINGS_MAX,
    locatesLeft: 0,
    bulk: 'none',
    salt: NO_SALT,
    isEqual: false,
    diverged: [],
    received: 0,
    sent: 0
  }
  const state: SessionState = { name: 'waiting' }
  return { role, options: resolveSessionOptions(options), space, state, plan, usage: UNUSED }
}
