import type { ContextPath, NetworkId } from '@hcfs/core'
import type { SyncEffect, SyncedCommit, SyncInput, SyncOutcome, SyncSession, SyncSource, Transition } from '@hcfs/crdt'
import { followSession, isFinished, leadSession, performRead, syncStep } from '@hcfs/crdt'

export interface Side extends SyncSource {
  add(...commits: readonly SyncedCommit[]): void
}

export interface Conversation {
  readonly outcome: SyncOutcome
  readonly bytes: number
  /** How often the leader said something and waited for the answer. */
  readonly rounds: number
}

/** One session between two replicas without a network, counted. */
export async function converse(
  leader: Side,
  follower: Side,
  { network, space }: { network: NetworkId; space: ContextPath }
): Promise<Conversation> {
  const open = { network, refusalFor: () => undefined }
  const queue: { side: 0 | 1; input: SyncInput }[] = []
  const counted = { bytes: 0, rounds: 0, lastSender: 1 }
  const replicas = [leader, follower] as const

  async function perform(side: 0 | 1, { session, effects }: Transition): Promise<SyncSession> {
    for (const effect of effects) await performOne(side, effect)
    return session
  }

  async function performOne(side: 0 | 1, effect: SyncEffect): Promise<void> {
    if (effect.effect === 'read') {
      queue.push({ side, input: { input: 'read', result: await performRead(replicas[side], effect.read) } })
    } else if (effect.effect === 'deliver') {
      replicas[side].add(...effect.commits)
      queue.push({ side, input: { input: 'delivered', missing: [] } })
    } else if (effect.effect === 'send') {
      counted.bytes += effect.bytes.length
      const isTurn = side === 0 && counted.lastSender === 1 && effect.message.message !== 'done'
      if (isTurn) counted.rounds += 1
      counted.lastSender = side
      queue.push({ side: side === 0 ? 1 : 0, input: { input: 'message', bytes: effect.bytes } })
    }
  }

  const sessions = [await perform(0, leadSession({ ...open, space })), followSession(open)]
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    sessions[next.side] = await perform(next.side, syncStep(sessions[next.side]!, next.input))
  }
  const [session] = sessions
  if (session === undefined || !isFinished(session)) throw new Error('The session did not end')
  return { outcome: session.state.outcome, bytes: counted.bytes, rounds: counted.rounds }
}
