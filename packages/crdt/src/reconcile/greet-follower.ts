import { bulk } from './bulk.ts'
import { digestTips } from './chain-digests.ts'
import { done, greetingAgain, planned, receive, thenSteps } from './next-step.ts'
import { givePolicy } from './send-stream.ts'
import type { Transition } from './session-effects.ts'
import { finish, into, misbehaved, send } from './session-effects.ts'
import type { SessionIn, Step } from './session-state.ts'
import { ROOT_QUESTION } from './sums-steps.ts'
import { SYNC_LIMITS } from './sync-limits.ts'
import type { MessageNamed } from './sync-message.ts'
import type { ReadResultOf } from './sync-read.ts'

/** What a leader does until it knows how to compare. */

export function sayHello(session: SessionIn<'opening'>, { summary }: ReadResultOf<'summary'>): Transition {
  const { space } = session
  const { epoch, root, count, chains } = summary
  const salted = planned(session, { salt: root })
  return into(salted, { name: 'greeting', summary }, send({ message: 'hello', space, epoch, root, count, chains }))
}

export function hearEqual(session: SessionIn<'greeting'>): Transition {
  const { auditLeaves: leaves, received, sent } = session.plan
  const isEqual = received + sent === 0
  const steps: Step[] = leaves.length === 0 ? [] : [{ step: 'rows', leaves, audit: true }]
  return thenSteps(planned(session, { isEqual, auditLeaves: [] }), steps)
}

export function hearDifferent(
  session: SessionIn<'greeting'>,
  { count, chains }: MessageNamed<'different'>
): Transition {
  const { summary: own } = session.state
  const compared = planned(session, { summaries: { own, theirs: { count, chains } } })
  if (Math.max(own.chains, chains) <= SYNC_LIMITS.chainsMax) return thenSteps(compared, [{ step: 'frontier' }])
  const share = Math.abs(own.count - count) / Math.max(own.count, count, 1)
  return bulk(compared, share) ?? thenSteps(compared, [{ step: 'sums', question: ROOT_QUESTION }])
}

export function hearRefused(session: SessionIn<'greeting'>, { reason }: MessageNamed<'refused'>): Transition {
  return finish(session, { reason: 'refused', why: reason })
}

/** The follower is ahead in epochs. */
export function askPolicy(session: SessionIn<'greeting'>, { epoch }: MessageNamed<'offer-policy'>): Transition {
  const { summary } = session.state
  if (epoch <= summary.epoch) return misbehaved(session, 'a policy that is not newer')
  const again = greetingAgain(session)
  if (again === undefined) return done(session, { reason: 'policy-unsettled' })
  return receive(again, { stream: 'policy', after: summary.epoch })
}

/** The follower is behind in epochs. */
export function handOutPolicy(session: SessionIn<'greeting'>, message: MessageNamed<'ask-policy'>): Transition {
  const again = greetingAgain(session)
  return again === undefined ? done(session, { reason: 'policy-unsettled' }) : givePolicy(again, message)
}

export function sendFrontier(session: SessionIn<'digesting'>, { tips }: ReadResultOf<'frontier'>): Transition {
  // Chains may have come since the summary was read.
  if (tips.length > SYNC_LIMITS.chainsMax) return thenSteps(session, [{ step: 'sums', question: ROOT_QUESTION }])
  const digests = digestTips(tips, session.plan.salt)
  return into(session, { name: 'matching', tips }, send({ message: 'frontier', digests }))
}

export function hearDifference(
  session: SessionIn<'matching'>,
  { tips, unknown }: MessageNamed<'difference'>
): Transition {
  const { tips: own } = session.state
  if ((unknown.at(-1) ?? -1) >= own.length) return misbehaved(session, 'a digest that was not sent')
  if (tips.length === 0 && unknown.length === 0) {
    // The same commits and other sums: only documents can tell, and no stream of commits would help.
    return thenSteps(planned(session, { bulk: 'pushed' }), [{ step: 'sums', question: ROOT_QUESTION }])
  }
  const pull: Step[] = tips.length === 0 ? [] : [{ step: 'pull', tips }]
  const push: Step[] = unknown.length === 0 ? [] : [{ step: 'push', tips: unknown.map((index) => own[index]!) }]
  return thenSteps(session, [...pull, ...push])
}
