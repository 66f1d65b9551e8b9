import { bulk, estimateShare } from './bulk.ts'
import { thenSteps } from './next-step.ts'
import type { Transition } from './session-effects.ts'
import { into, misbehaved } from './session-effects.ts'
import type { Plan, SessionIn, Step } from './session-state.ts'
import { SYNC_LIMITS } from './sync-limits.ts'
import type { MessageNamed } from './sync-message.ts'
import type { ReadResultOf } from './sync-read.ts'
import type { TrieQuestion } from './sync-source.ts'
import { childrenAt, differingChildren, isChildSums, LEAF_DEPTH } from './trie-sums.ts'

/** How a leader goes down the trie to the leaves that differ. */

export const ROOT_QUESTION: TrieQuestion = { depth: 0, step: 1, prefixes: [0] }

export function takeOwnSums(session: SessionIn<'descending'>, { nodes }: ReadResultOf<'sums'>): Transition {
  return compareSums(session, { ...session.state, own: nodes })
}

export function takeTheirSums(session: SessionIn<'descending'>, { nodes }: MessageNamed<'sums'>): Transition {
  const { question, theirs } = session.state
  const isAnswer = nodes.length === question.prefixes.length && nodes.every((node) => isChildSums(node, question.step))
  if (!isAnswer || theirs !== undefined) return misbehaved(session, 'sums that nobody asked for')
  return compareSums(session, { ...session.state, theirs: nodes })
}

function compareSums(session: SessionIn<'descending'>, state: SessionIn<'descending'>['state']): Transition {
  const { question, own, theirs } = state
  if (own === undefined || theirs === undefined) return into(session, state)
  const differing = differingChildren(question, own, theirs)
  const depth = question.depth + question.step
  if (depth < LEAF_DEPTH) return thenSteps(session, deeper(question, differing))
  const left = prefixesLeft(session.plan)
  const share = estimateShare({ differing: differing.length, asked: question.prefixes.length, left }, session.plan)
  return bulk(session, share) ?? thenSteps(session, rowsOf(differing, session.plan))
}

/**
 * One digit further down, or two at once where so much differs that nearly all
 * in between would differ too: that saves a round.
 */
function deeper({ depth, step, prefixes }: TrieQuestion, differing: readonly number[]): Step[] {
  const isFull = differing.length === prefixes.length * childrenAt(step).count
  const below = depth + step
  const next = isFull && below + 2 <= LEAF_DEPTH ? 2 : 1
  const prefixesMax = next === 1 ? SYNC_LIMITS.narrowPrefixesMax : SYNC_LIMITS.widePrefixesMax
  return batches(differing, prefixesMax).map((batch) => ({
    step: 'sums',
    question: { depth: below, step: next, prefixes: batch }
  }))
}

/** So many leaves at a time that their rows fit into one answer, on average. */
function rowsOf(leaves: readonly number[], { summaries }: Plan): Step[] {
  const documents = Math.max(summaries?.own.count ?? 0, summaries?.theirs.count ?? 0)
  const rowsPerLeaf = 1 + documents / 16 ** LEAF_DEPTH
  const leavesMax = Math.max(1, Math.min(SYNC_LIMITS.leavesMax, Math.floor(SYNC_LIMITS.rowsMax / 2 / rowsPerLeaf)))
  return batches(leaves, leavesMax).map((batch) => ({ step: 'rows', leaves: batch, audit: false }))
}

function prefixesLeft({ steps }: Plan): number {
  return steps.reduce((sum, step) => sum + (step.step === 'sums' ? step.question.prefixes.length : 0), 0)
}

export function batches<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size)
  )
}
