import type { Stateless } from './next-step.ts'
import { greetingAgain, planned, thenSteps } from './next-step.ts'
import type { Transition } from './session-effects.ts'
import type { Plan } from './session-state.ts'

/** Of the documents; above it whole commits are streamed instead of looking for what differs. */
const BULK_SHARE = 0.2

/**
 * Streams everything when so much differs that it is not worth looking for: first
 * everything of theirs, and if that was not it, everything of ours. Each happens
 * at most once in a session, and then the two greet each other again.
 */
export function bulk(session: Stateless, share: number): Transition | undefined {
  if (share <= BULK_SHARE || session.plan.bulk === 'pushed') return undefined
  const again = greetingAgain(session)
  if (again === undefined) return undefined
  const isFirst = session.plan.bulk === 'none'
  const streamed = planned(again, { bulk: isFirst ? 'pulled' : 'pushed' })
  return thenSteps(streamed, [{ step: isFirst ? 'pull-all' : 'push-all' }])
}

/** About how many of the documents differ, by how many leaves below some differing nodes do. */
export function estimateShare(
  { differing, asked, left }: { differing: number; asked: number; left: number },
  { summaries }: Plan
): number {
  const documents = Math.max(summaries?.own.count ?? 0, summaries?.theirs.count ?? 0, 1)
  const leaves = LEAVES * (1 - Math.exp(-documents / LEAVES))
  const differingLeaves = (differing * (asked + left)) / asked
  const equalShare = Math.max(0, 1 - differingLeaves / leaves)
  return 1 - equalShare ** (leaves / documents)
}

const LEAVES = 2 ** 16
