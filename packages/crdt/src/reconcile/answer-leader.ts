import { bytesToHex } from '@hcfs/core'
import type { ChainTip } from '../policy/frontier.ts'
import { compareDigests } from './chain-digests.ts'
import { carryOn, planned, receive } from './next-step.ts'
import type { Transition } from './session-effects.ts'
import { finish, into, misbehaved, readOf, send } from './session-effects.ts'
import type { Answerable, SessionIn } from './session-state.ts'
import { SYNC_LIMITS } from './sync-limits.ts'
import type { MessageNamed } from './sync-message.ts'
import type { ReadResultOf, SyncRead } from './sync-read.ts'

/** What a follower does when it is greeted and asked. */

export function hearHello(
  session: SessionIn<'waiting'> | SessionIn<'serving'>,
  hello: MessageNamed<'hello'>
): Transition {
  const { space, root } = hello
  if (session.state.name === 'serving' && space !== session.space)
    return misbehaved(session, 'a hello for another space')
  const refusal = session.options.refusalFor(space)
  if (refusal !== undefined) {
    const { session: ended, effects } = finish(session, { reason: 'refused', why: refusal })
    return { session: ended, effects: [send({ message: 'refused', reason: refusal }), ...effects] }
  }
  const greeted = { ...planned(session, { salt: root }), space }
  return into(greeted, { name: 'meeting', hello }, readOf(greeted, { read: 'summary' }))
}

export function answerHello(session: SessionIn<'meeting'>, { summary }: ReadResultOf<'summary'>): Transition {
  const { hello } = session.state
  const { epoch, root, count, chains } = summary
  if (epoch < hello.epoch) return receive(session, { stream: 'policy', after: epoch })
  if (epoch > hello.epoch) return carryOn(session, send({ message: 'offer-policy', epoch }))
  const isEqual = count === hello.count && bytesToHex(root) === bytesToHex(hello.root)
  return carryOn(session, send(isEqual ? { message: 'equal' } : { message: 'different', count, chains }))
}

export function hearQuestion(session: SessionIn<'serving'>, question: Answerable): Transition {
  return into(session, { name: 'answering', question }, readOf(session, readFor(question)))
}

export function answerFrontier(
  { state, ...session }: SessionIn<'answering'>,
  { tips }: ReadResultOf<'frontier'>
): Transition {
  if (state.question.message !== 'frontier') throw new TypeError('A frontier was read that nobody asked for')
  const { digests } = state.question
  const compared = compareDigests(tips, { digests, salt: session.plan.salt })
  const sent = compared.tips.slice(0, SYNC_LIMITS.tipsMax)
  return carryOn(session, send({ message: 'difference', tips: sent, unknown: compared.unknown }))
}

export function answerSums(session: SessionIn<'answering'>, { nodes }: ReadResultOf<'sums'>): Transition {
  return carryOn(session, send({ message: 'sums', nodes }))
}

export function answerRows(session: SessionIn<'answering'>, { rows, isComplete }: ReadResultOf<'rows'>): Transition {
  return carryOn(session, send({ message: 'rows', rows, isComplete }))
}

export function answerHeads(session: SessionIn<'answering'>, { heads }: ReadResultOf<'heads'>): Transition {
  return carryOn(session, send({ message: 'heads', ...headsThatFit(heads) }))
}

/** Heads of as many documents as fit. Of one with more heads than fit alone the rest shows when these are merged. */
function headsThatFit(heads: readonly (readonly ChainTip[])[]): { covered: number; tips: ChainTip[] } {
  const tips: ChainTip[] = []
  let covered = 0
  for (const each of heads) {
    if (covered > 0 && tips.length + each.length > SYNC_LIMITS.tipsMax) break
    tips.push(...each.slice(0, SYNC_LIMITS.tipsMax))
    covered += 1
  }
  return { covered, tips }
}

function readFor(question: Answerable): SyncRead {
  switch (question.message) {
    case 'frontier':
      return { read: 'frontier' }
    case 'ask-sums': {
      const { depth, step, prefixes } = question
      return { read: 'sums', question: { depth, step, prefixes } }
    }
    case 'ask-rows': {
      const { leaves, after, withContents } = question
      const rowsMax = SYNC_LIMITS.rowsMax
      return { read: 'rows', question: { leaves, ...(after !== undefined && { after }), rowsMax, withContents } }
    }
    case 'ask-heads':
      return { read: 'heads', docs: question.docs }
  }
}
