import type { CommitId } from '@hcfs/core'
import type { SyncEffect, SyncInput, Transition } from '../../src/reconcile/session-effects.ts'
import type { SessionOptions, SyncOutcome, SyncSession } from '../../src/reconcile/session-state.ts'
import type { SyncMessage } from '../../src/reconcile/sync-message.ts'
import { performRead } from '../../src/reconcile/sync-read.ts'
import { followSession, leadSession, syncStep } from '../../src/reconcile/sync-session.ts'
import type { SyncedCommit, SyncSource } from '../../src/reconcile/sync-source.ts'
import { NETWORK } from '../commit/sample-commits.ts'
import { SPACE } from './space-writer.ts'

/** What a driver needs of a replica beside reading it. */
export interface Taking extends SyncSource {
  add(...commits: readonly SyncedCommit[]): void
  missing(): CommitId[]
  readonly policyEntries: Uint8Array[]
}

export interface RunOptions extends Partial<SessionOptions> {
  readonly auditLeaves?: readonly number[]
  /** What the judge of commits says instead of taking them. */
  readonly refusal?: string
  /** Called before each message is delivered; what it returns is delivered instead. */
  readonly onMessage?: (bytes: Uint8Array, count: number) => readonly Uint8Array[]
}

export interface Run {
  readonly leader: SyncOutcome
  readonly follower: SyncOutcome | undefined
  /** Who said what, in words. */
  readonly log: readonly string[]
  readonly bytes: number
  /** How often the turn went from the leader to the follower. */
  readonly rounds: number
}

/** Runs one session between two replicas over a network that is a list. */
export async function runSession(ada: Taking, bob: Taking, options: RunOptions = {}): Promise<Run> {
  const run = new SessionRun(ada, bob, options)
  return run.run()
}

class SessionRun {
  readonly #replicas: { leader: Taking; follower: Taking }
  readonly #options: RunOptions
  readonly #queue: { to: 'leader' | 'follower'; input: SyncInput }[] = []
  readonly #log: string[] = []
  #bytes = 0
  #count = 0
  #rounds = 0
  #lastSender = 'follower'

  constructor(leader: Taking, follower: Taking, options: RunOptions) {
    this.#replicas = { leader, follower }
    this.#options = options
  }

  async run(): Promise<Run> {
    const { auditLeaves = [], onMessage: _, refusal: __, ...options } = this.#options
    const open = { network: NETWORK, refusalFor: () => undefined, ...options }
    const sessions: { leader: SyncSession; follower: SyncSession } = {
      leader: await this.#perform('leader', leadSession({ ...open, space: SPACE, auditLeaves })),
      follower: followSession(open)
    }
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      sessions[next.to] = await this.#perform(next.to, syncStep(sessions[next.to], next.input))
    }
    for (const side of ['leader', 'follower'] as const) {
      sessions[side] = syncStep(sessions[side], { input: 'stop', why: 'nothing happens any more' }).session
    }
    const [leader, follower] = [outcomeOf(sessions.leader), outcomeOf(sessions.follower)]
    return { leader, follower, log: this.#log, bytes: this.#bytes, rounds: this.#rounds }
  }

  async #perform(side: 'leader' | 'follower', { session, effects }: Transition): Promise<SyncSession> {
    for (const effect of effects) await this.#performOne(side, effect)
    return session
  }

  async #performOne(side: 'leader' | 'follower', effect: SyncEffect): Promise<void> {
    const replica = this.#replicas[side]
    switch (effect.effect) {
      case 'send':
        return this.#send(side, effect)
      case 'read':
        this.#queue.push({ to: side, input: { input: 'read', result: await performRead(replica, effect.read) } })
        return
      case 'deliver':
        if (this.#options.refusal !== undefined) {
          this.#queue.push({ to: side, input: { input: 'refused', what: this.#options.refusal } })
          return
        }
        replica.add(...effect.commits)
        this.#queue.push({ to: side, input: { input: 'delivered', missing: replica.missing() } })
        return
      case 'deliver-policy':
        replica.policyEntries.push(...effect.entries)
        this.#queue.push({ to: side, input: { input: 'delivered', missing: [] } })
        return
      case 'finished':
        return
    }
  }

  #send(side: 'leader' | 'follower', { bytes, message }: Extract<SyncEffect, { effect: 'send' }>): void {
    this.#log.push(`${side === 'leader' ? 'ada -> bob' : 'bob -> ada'} | ${inWords(message)}`)
    this.#bytes += bytes.length
    this.#count += 1
    if (side === 'leader' && this.#lastSender === 'follower' && message.message !== 'done') this.#rounds += 1
    this.#lastSender = side
    const to = side === 'leader' ? 'follower' : 'leader'
    for (const each of this.#options.onMessage?.(bytes, this.#count) ?? [bytes]) {
      this.#queue.push({ to, input: { input: 'message', bytes: each } })
    }
  }
}

function outcomeOf({ state }: SyncSession): SyncOutcome {
  if (state.name === 'finished') return state.outcome
  throw new Error(`The session is still ${state.name}`)
}

/** What is worth reading of a message. */
function inWords(message: SyncMessage): string {
  switch (message.message) {
    case 'hello':
      return `hello ${message.space}, ${message.count} documents, epoch ${message.epoch}`
    case 'different':
      return `different, ${message.count} documents`
    case 'frontier':
      return 'frontier'
    case 'difference':
      return `difference: ${message.tips.length} tips, ${message.unknown.length} unknown`
    case 'offer':
      return `offer ${tips(message.tips)}`
    case 'heads':
      return `heads ${tips(message.tips)}`
    case 'want':
      return `want ${message.ranges.map(({ after, tip }) => `${after + 1} to ${tip.seq}`).join(', ')}`
    case 'ask-sums':
      return `ask-sums of ${message.prefixes.length} at depth ${message.depth}, ${message.step} down`
    case 'ask-rows':
      return `ask-rows of ${message.leaves.length}${message.withContents ? ' with contents' : ''}`
    case 'rows':
      return `rows: ${message.rows.length}`
    case 'frame':
      return `frame, ends ${message.ends}`
    case 'refused':
      return `refused: ${message.reason}`
    default:
      return message.message
  }
}

function tips(all: readonly { seq: number }[]): string {
  return all.map(({ seq }) => `#${seq}`).join(' ')
}
