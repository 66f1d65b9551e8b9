import type { DocId } from '@hcfs/core'
import type { ChainTip } from '../policy/frontier.ts'
import { compareRows } from './compare-rows.ts'
import type { Stateless } from './next-step.ts'
import { planned, thenSteps } from './next-step.ts'
import type { Transition } from './session-effects.ts'
import { into, misbehaved } from './session-effects.ts'
import type { Plan, SessionIn, Step } from './session-state.ts'
import { batches } from './sums-steps.ts'
import { SYNC_LIMITS } from './sync-limits.ts'
import type { MessageNamed } from './sync-message.ts'
import type { ReadResultOf } from './sync-read.ts'
import { leafOf } from './trie-sums.ts'

/** How a leader finds the documents of a leaf that differ, and the commits that make the difference. */

const DIVERGED_MAX = 1_000

export function takeOwnRows(session: SessionIn<'listing'>, own: ReadResultOf<'rows'>): Transition {
  return compareLeaves(session, { ...session.state, own })
}

export function takeTheirRows(session: SessionIn<'listing'>, theirs: MessageNamed<'rows'>): Transition {
  const { asked } = session.state
  const isAsked = theirs.rows.every(
    ({ docId, content }) =>
      asked.leaves.includes(leafOf(docId)) &&
      (asked.after === undefined || docId > asked.after) &&
      (content !== undefined) === asked.audit
  )
  if (!isAsked || session.state.theirs !== undefined) return misbehaved(session, 'rows that nobody asked for')
  return compareLeaves(session, { ...session.state, theirs })
}

export function takeOwnHeads(session: SessionIn<'gathering'>, own: ReadResultOf<'heads'>): Transition {
  return compareHeads(session, { ...session.state, own })
}

export function takeTheirHeads(session: SessionIn<'gathering'>, theirs: MessageNamed<'heads'>): Transition {
  const isAnswer = theirs.covered <= session.state.asked.docs.length && session.state.theirs === undefined
  if (!isAnswer) return misbehaved(session, 'heads that nobody asked for')
  return compareHeads(session, { ...session.state, theirs })
}

function compareLeaves(session: SessionIn<'listing'>, state: SessionIn<'listing'>['state']): Transition {
  const { asked, own, theirs } = state
  if (own === undefined || theirs === undefined) return into(session, state)
  const { differing, diverged, after } = compareRows(own, theirs)
  const { steps } = session.plan
  const rest: Step[] = after === undefined ? [] : [{ ...asked, after }]
  const told = withDiverged(session, diverged)
  return thenSteps(planned(told, { steps: [] }), withHeads([...rest, ...steps], differing))
}

/** Heads of few documents wait until all rows were compared, so that one question is enough for many leaves. */
function withHeads(steps: readonly Step[], differing: readonly DocId[]): Step[] {
  const last = steps.at(-1)
  const waiting = last?.step === 'heads' && last.before === undefined ? last.docs : []
  const others = waiting.length === 0 ? steps : steps.slice(0, -1)
  const asks = batches([...waiting, ...differing].sort(), SYNC_LIMITS.docsMax).map(
    (docs): Step => ({ step: 'heads', docs })
  )
  const [few] = asks.slice(-1)
  return few === undefined ? [...others] : [...asks.slice(0, -1), ...others, few]
}

/**
 * Pulls what they have and pushes what we have. Documents for which nothing moved
 * are looked at once more; when both sides then say the same again, the same
 * commits lead to different heads, and no exchange can mend that.
 */
function compareHeads(session: SessionIn<'gathering'>, state: SessionIn<'gathering'>['state']): Transition {
  const { asked, own, theirs } = state
  if (own === undefined || theirs === undefined) return into(session, state)
  const docs = asked.docs.slice(0, theirs.covered)
  const rest = asked.docs.slice(theirs.covered)
  const mine = own.heads.slice(0, theirs.covered).flat()
  const [pull, push] = [without(theirs.tips, mine), without(mine, theirs.tips)]
  const after: Step[] = rest.length === 0 ? [] : [{ ...asked, docs: rest }]
  if (pull.length + push.length === 0) return thenSteps(session, after)
  const heads = [pull, push].map((tips) => tips.map(({ id }) => id).join()).join(' ')
  if (asked.before !== undefined) {
    return thenSteps(asked.before.heads === heads ? withDiverged(session, docs) : session, after)
  }
  const { received, sent } = session.plan
  return thenSteps(session, [
    ...batches(pull, SYNC_LIMITS.tipsMax).map((tips): Step => ({ step: 'pull', tips })),
    ...batches(push, SYNC_LIMITS.tipsMax).map((tips): Step => ({ step: 'push', tips })),
    { step: 'heads', docs, before: { heads, moved: received + sent } },
    ...after
  ])
}

/** The newest tip of each chain among those that are not among the others. */
function without(tips: readonly ChainTip[], others: readonly ChainTip[]): ChainTip[] {
  const known = new Set(others.map(({ id }) => id))
  const newest = new Map<string, ChainTip>()
  for (const tip of tips) {
    const chain = `${tip.author}${tip.incarnation}`
    const isNewer = tip.seq > (newest.get(chain)?.seq ?? 0)
    if (!known.has(tip.id) && isNewer) newest.set(chain, tip)
  }
  return [...newest.values()]
}

function withDiverged(session: Stateless, docs: Plan['diverged']): Stateless {
  return planned(session, { diverged: [...session.plan.diverged, ...docs].slice(0, DIVERGED_MAX) })
}
