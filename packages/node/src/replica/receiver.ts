import type { CommitId, ContextPath } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { CommitHeader, SignatureVerifier } from '@hcfs/crdt'
import { assertSignature, decodeCommit, signatureInvalid } from '@hcfs/crdt'
import type { CommitLog } from './commit-log.ts'
import { ParkedCommits } from './parked-commits.ts'
import type { ReceivedBytes, ReceivedCommit, ReceiveOutcome, ReceiveRequest } from './received-commit.ts'
import { bytesOf } from './received-commit.ts'
import type { ReceivedJudge } from './received-judge.ts'
import { ReceivedTooLate } from './received-too-late.ts'
import type { SignatureCheck } from './signature-pool.ts'
import type { JudgedCommit } from './stored-past.ts'

export interface ReceiverComponents {
  log: CommitLog
  judge: ReceivedJudge
  verifier: SignatureVerifier
  /** For many commits at once. @default this thread */
  signatures?: SignatureCheck
  replicates: (space: ContextPath) => boolean
  /** Stores a commit that was judged. */
  store: (request: ReceiveRequest) => Promise<unknown>
  /** Called before anything is done with a commit that this node lacks: it may be one of its own. */
  onLacking: (header: CommitHeader) => Promise<void>
  /** Judges again what a stored commit has changed the verdict of. */
  onFork: () => Promise<void>
}

export interface ReceiverOptions {
  parkedBytesPerAuthorMax: number
}

/** As many commits share a way to the disk as one group of writers may. */
const UNDERWAY_COMMITS_MAX = 256
const UNDERWAY_BYTES_MAX = 4_194_304

/** From so many commits in one call on, the way to another thread is worth it. */
const CHECKED_ELSEWHERE_MIN = 8
/** So many signatures are verified ahead of the commit that is being judged. More would keep writes from the threads they need as well. */
const CHECKED_AHEAD_MAX = 64

/** A commit on its way into the log. Without an outcome it has to be judged again. */
interface Underway {
  readonly landing: Promise<ReceiveOutcome | undefined>
}

/**
 * Takes commits of others into the log.
 *
 * 1. A commit is stored whole, after everything it builds on, or not at all.
 * 2. What something is missing for is parked in memory and tried again when more
 *    has arrived; there is a limit for each author, and what came last goes first.
 * 3. Every node decides the same, whatever the order of arrival.
 * 4. Commits of different contexts go to the disk together, though each is judged
 *    as if those before it were there already. When one of them fails, those that
 *    build on it fail too.
 */
export class Receiver {
  readonly #components: ReceiverComponents
  readonly #parked: ParkedCommits
  readonly #underway = new Map<CommitId, JudgedCommit>()
  readonly #underwayPaths = new Set<ContextPath>()
  readonly #storing = new Set<Promise<unknown>>()
  #underwayBytes = 0
  /** One call at a time: what one stores the next has to see. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(components: ReceiverComponents, { parkedBytesPerAuthorMax }: ReceiverOptions) {
    this.#components = components
    this.#parked = new ParkedCommits({ bytesPerAuthorMax: parkedBytesPerAuthorMax })
  }

  get parked(): Pick<ParkedCommits, 'counts' | 'missing' | 'count'> {
    return this.#parked
  }

  /** One outcome for each, in their order. */
  receive(commits: readonly (ReceivedBytes | ReceivedCommit)[]): Promise<ReceiveOutcome[]> {
    return this.inTurn(() => this.#receiveAll(commits))
  }

  /** Tries again what is parked: time has gone by, or the policy has changed. */
  retryParked(): Promise<void> {
    return this.inTurn(() => this.#retryParked())
  }

  /** Runs work while no commits are being received. */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => {})
    return done
  }

  async #receiveAll(commits: readonly (ReceivedBytes | ReceivedCommit)[]): Promise<ReceiveOutcome[]> {
    const read = commits.map((each) => this.#read(each))
    const { signatures } = this.#components
    const isElsewhere = signatures !== undefined && commits.length >= CHECKED_ELSEWHERE_MIN
    const signed = isElsewhere ? this.#signedElsewhere(read, signatures) : read.map((each) => this.#signed(each))
    const outcomes = await this.#takeAll(signed)
    await this.#retryParked()
    return outcomes.map((outcome) => this.#settled(outcome))
  }

  /** Those that are known are not looked at any further. */
  #read(received: ReceivedBytes | ReceivedCommit): ReceivedCommit | ReceiveOutcome {
    const { log, replicates } = this.#components
    const commit = orRefused(() =>
      received.commit instanceof Uint8Array ? decodeCommit(received.commit) : received.commit
    )
    if ('outcome' in commit) return commit
    const { id, header } = commit
    if (log.positionOf(id) !== undefined) return { outcome: 'known', id }
    if (!replicates(header.space)) return { outcome: 'refused', error: notReplicated(header.space) }
    return { commit, payloads: received.payloads }
  }

  #signed(read: ReceivedCommit | ReceiveOutcome): ReceivedCommit | ReceiveOutcome {
    if ('outcome' in read || this.#parked.has(read.commit.id)) return read
    return orRefused(() => {
      assertSignature(read.commit, this.#components.verifier)
      return read
    })
  }

  /** In their order; while one is judged, those behind it are verified. */
  async *#signedElsewhere(
    all: readonly (ReceivedCommit | ReceiveOutcome)[],
    signatures: SignatureCheck
  ): AsyncGenerator<ReceivedCommit | ReceiveOutcome> {
    const ahead: Promise<ReceivedCommit | ReceiveOutcome>[] = []
    for (const read of all) {
      const checked = this.#checkedElsewhere(read, signatures)
      // Whoever waits for it hears of a failure; if one before it fails, nobody does.
      checked.catch(() => {})
      ahead.push(checked)
      if (ahead.length > CHECKED_AHEAD_MAX) yield await ahead.shift()!
    }
    for (const checked of ahead) yield await checked
  }

  async #checkedElsewhere(
    read: ReceivedCommit | ReceiveOutcome,
    signatures: SignatureCheck
  ): Promise<ReceivedCommit | ReceiveOutcome> {
    if ('outcome' in read || this.#parked.has(read.commit.id)) return read
    return (await signatures.isSigned(read.commit))
      ? read
      : { outcome: 'refused', error: signatureInvalid(read.commit) }
  }

  async #takeAll(
    received: Iterable<ReceivedCommit | ReceiveOutcome> | AsyncIterable<ReceivedCommit | ReceiveOutcome>
  ): Promise<ReceiveOutcome[]> {
    const all: (ReceivedCommit | ReceiveOutcome)[] = []
    const taken: (ReceiveOutcome | Underway)[] = []
    try {
      for await (const each of received) {
        all.push(each)
        taken.push('outcome' in each ? each : await this.#take(each))
      }
    } finally {
      // Also when one failed: nothing may be underway when the next call begins.
      await this.#landed()
    }
    const outcomes: ReceiveOutcome[] = []
    for (const [index, each] of taken.entries()) {
      const received = all[index]!
      const outcome = 'outcome' in each ? each : await each.landing
      outcomes.push(outcome ?? ('outcome' in received ? received : await this.#takeAlone(received)))
    }
    return outcomes
  }

  async #takeAlone(received: ReceivedCommit): Promise<ReceiveOutcome> {
    for (;;) {
      const taken = await this.#take(received)
      const outcome = 'outcome' in taken ? taken : await taken.landing
      if (outcome !== undefined) return outcome
    }
  }

  async #take(received: ReceivedCommit): Promise<ReceiveOutcome | Underway> {
    const { commit } = received
    const { id } = commit
    const { log, onLacking, judge } = this.#components
    // Twice in one call, or stored after all by a write that seemed to fail.
    if (this.#underway.has(id) || log.positionOf(id) !== undefined) return { outcome: 'known', id }
    await onLacking(commit.header)
    if (this.#isFull() || commit.entries.some(({ path }) => this.#underwayPaths.has(path))) await this.#landed()
    const { verdict, request } = await judge.judge(received, this.#underway)
    if (request === undefined) {
      if (verdict.verdict !== 'park') return { outcome: 'void', id, verdict }
      return this.#parked.add(received, verdict) ? { outcome: 'parked', id, verdict } : { outcome: 'dropped', id }
    }
    const stored: ReceiveOutcome =
      verdict.verdict === 'void' ? { outcome: 'void', id, verdict } : { outcome: 'applied', id }
    if (request.unjudged === undefined) return { landing: this.#store(request, stored) }
    if (this.#underway.size > 0) {
      // Only of what is in the log it can be said from where on to judge again.
      await this.#landed()
      return this.#take(received)
    }
    const outcome = await this.#store(request, stored)
    if (outcome !== undefined) await this.#components.onFork()
    return { landing: Promise.resolve(outcome) }
  }

  #store(request: ReceiveRequest, stored: ReceiveOutcome): Promise<ReceiveOutcome | undefined> {
    const { received, paths, verdicts } = request
    const { id, header, entries } = received.commit
    const bytes = bytesOf(received)
    this.#underway.set(id, { header, entries, verdicts })
    for (const path of paths) this.#underwayPaths.add(path)
    this.#underwayBytes += bytes
    const landing = this.#components
      .store(request)
      .then(() => {
        this.#parked.delete(id)
        return stored
      }, ignoreTooLate)
      .finally(() => {
        this.#underway.delete(id)
        for (const path of paths) this.#underwayPaths.delete(path)
        this.#underwayBytes -= bytes
        this.#storing.delete(landing)
      })
    this.#storing.add(landing)
    // Whoever waits for it hears of a failure; until somebody does, it is not one that nobody handles.
    landing.catch(() => {})
    return landing
  }

  /** Resolves when nothing is underway, whatever became of it. */
  async #landed(): Promise<void> {
    await Promise.allSettled(this.#storing)
  }

  #isFull(): boolean {
    return this.#underway.size >= UNDERWAY_COMMITS_MAX || this.#underwayBytes >= UNDERWAY_BYTES_MAX
  }

  async #retryParked(): Promise<void> {
    for (let hasProgress = true; hasProgress; ) {
      hasProgress = false
      for (const outcome of await this.#takeAll(this.#parked.worthTrying((id) => this.#isHere(id)))) {
        if (outcome.outcome === 'parked' || outcome.outcome === 'refused') continue
        this.#parked.delete(outcome.id)
        hasProgress = true
      }
    }
  }

  #isHere(id: CommitId): boolean {
    return this.#components.log.positionOf(id) !== undefined
  }

  /** Parked first, and stored by the time the call ends. */
  #settled(outcome: ReceiveOutcome): ReceiveOutcome {
    if (outcome.outcome !== 'parked' || !this.#isHere(outcome.id)) return outcome
    return { outcome: 'applied', id: outcome.id }
  }
}

/** What is wrong with the bytes is the sender's failure; one of our own, such as of the disk, is thrown on. */
function orRefused<Value>(work: () => Value): Value | ReceiveOutcome {
  try {
    return work()
  } catch (error) {
    if (error instanceof HcfsError) return { outcome: 'refused', error }
    throw error
  }
}

function ignoreTooLate(error: unknown): undefined {
  if (error instanceof ReceivedTooLate) return undefined
  throw error
}

function notReplicated(space: ContextPath): HcfsError {
  return new HcfsError('SPACE_NOT_REPLICATED', `This node does not replicate ${space}`, { details: { space } })
}
