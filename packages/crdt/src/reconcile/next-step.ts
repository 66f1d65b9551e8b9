import type { ChainTip } from '../policy/frontier.ts'
import type { SyncEffect, Transition } from './session-effects.ts'
import { finish, into, readOf, send } from './session-effects.ts'
import type { Plan, SessionOptions, Stream, SyncOutcome, SyncSession } from './session-state.ts'
import { SYNC_LIMITS } from './sync-limits.ts'

/** A session whatever it does. */
export type Stateless = Omit<SyncSession, 'state'>

export const LOCATES_MAX = 32

/** Ends what a session was doing: a leader takes its next step, a follower waits for the leader. */
export function carryOn(session: Stateless, ...effects: readonly SyncEffect[]): Transition {
  const next = session.role === 'leader' ? nextStep(session) : into(session, { name: 'serving' })
  return { session: next.session, effects: [...effects, ...next.effects] }
}

/** Puts steps in front of those that are left, and takes the first. */
export function thenSteps(session: Stateless, steps: Plan['steps']): Transition {
  return nextStep(planned(session, { steps: [...steps, ...session.plan.steps] }))
}

export function planned<Session extends Stateless>(session: Session, change: Partial<Plan>): Session {
  return { ...session, plan: { ...session.plan, ...change } }
}

/** Greets anew once this is done; everything else is forgotten, because what was known before no longer holds. */
export function greetingAgain<Session extends Stateless>(session: Session): Session | undefined {
  const { greetingsLeft } = session.plan
  if (greetingsLeft === 0) return undefined
  return planned(session, { steps: [{ step: 'greet' }], greetingsLeft: greetingsLeft - 1 })
}

function nextStep(session: Stateless): Transition {
  const [step, ...rest] = session.plan.steps
  if (step === undefined) return done(session, outcomeOf(session.plan))
  const left = planned(session, { steps: rest, locatesLeft: LOCATES_MAX })
  switch (step.step) {
    case 'greet':
      return into(left, { name: 'opening' }, readOf(left, { read: 'summary' }))
    case 'frontier':
      return into(left, { name: 'digesting' }, readOf(left, { read: 'frontier' }))
    case 'sums': {
      const { question } = step
      const ask = send({ message: 'ask-sums', ...question })
      return into(left, { name: 'descending', question }, ask, readOf(left, { read: 'sums', question }))
    }
    case 'rows': {
      const { leaves, after, audit } = step
      const question = { leaves, ...(after !== undefined && { after }), withContents: audit }
      const read = readOf(left, { read: 'rows', question: { ...question, rowsMax: SYNC_LIMITS.rowsMax } })
      return into(left, { name: 'listing', asked: step }, send({ message: 'ask-rows', ...question }), read)
    }
    case 'heads': {
      const { docs, before } = step
      // A second look is for documents for which nothing moved.
      if (before !== undefined && before.moved !== left.plan.received + left.plan.sent) return nextStep(left)
      const ask = send({ message: 'ask-heads', docs })
      return into(left, { name: 'gathering', asked: step }, ask, readOf(left, { read: 'heads', docs }))
    }
    case 'pull':
      return weigh(left, step.tips)
    case 'pull-all':
      return receive(left, { stream: 'commits', selection: 'all' })
    case 'push':
      return into(left, { name: 'offering' }, send({ message: 'offer', tips: step.tips }))
    case 'push-all':
      return into(left, { name: 'offering' }, send({ message: 'offer-all' }))
  }
}

/** Finds out which of these are missing here. */
export function weigh(session: Stateless, tips: readonly ChainTip[]): Transition {
  return into(session, { name: 'weighing' }, readOf(session, { read: 'lacking', tips }))
}

/** Asks for a stream and waits for its first frame. */
export function receive(session: Stateless, wanted: Stream): Transition {
  const { credit } = session.options
  const fresh = { pieces: [], piecesBytes: 0, undelivered: 0, isComplete: false, missing: [] }
  const commitsLeft = commitsIn(wanted)
  return into(session, { name: 'receiving', wanted, commitsLeft, credit, ...fresh }, ask(wanted, credit))
}

function ask(wanted: Stream, credit: number): SyncEffect {
  if (wanted.stream === 'policy') return send({ message: 'ask-policy', after: wanted.after, credit })
  return wanted.selection === 'all'
    ? send({ message: 'want-all', credit })
    : send({ message: 'want', ranges: wanted.selection, credit })
}

function commitsIn(wanted: Stream): number {
  if (wanted.stream === 'policy' || wanted.selection === 'all') return Number.POSITIVE_INFINITY
  return wanted.selection.reduce((sum, { after, tip }) => sum + tip.seq - after, 0)
}

function outcomeOf({ isEqual, received, sent, diverged }: Plan): SyncOutcome {
  if (diverged.length > 0) return { reason: 'diverged', docs: diverged, received, sent }
  return isEqual ? { reason: 'equal' } : { reason: 'exchanged', received, sent }
}

export function done(session: Stateless, outcome: SyncOutcome): Transition {
  const { session: ended, effects } = finish(session, outcome)
  return { session: ended, effects: [send({ message: 'done' }), ...effects] }
}

export function resolveSessionOptions(options: SessionOptions): Required<SessionOptions> {
  const resolved = { ...DEFAULTS, ...options }
  const { credit } = resolved
  if (!Number.isSafeInteger(credit) || credit < 1 || credit > SYNC_LIMITS.creditMax) {
    throw new TypeError(`credit is a whole number from 1 to ${SYNC_LIMITS.creditMax}`)
  }
  return resolved
}

const DEFAULTS = {
  messagesMax: 65_536,
  bytesMax: 4 * 1_024 ** 3,
  idleTicksMax: 30,
  ticksMax: 3_600,
  credit: 4
} as const satisfies Partial<SessionOptions>
