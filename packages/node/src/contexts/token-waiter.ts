import type { BatchItemResult, Clock, Token } from '@hcfs/core'
import { HcfsError, withDeadline } from '@hcfs/core'
import type { CommitFates, FateLog } from '../convergence/commit-fate.ts'
import { commitFates, writeIsVoid } from '../convergence/commit-fate.ts'
import type { ChangeSignal } from '../replica/change-signal.ts'
import type { TokenPoint } from './token.ts'
import { decodeToken, encodeToken } from './token.ts'

export interface TokenWaiterComponents {
  /** What reads see; may run ahead of the disk. */
  replica: { readonly log: FateLog; readonly stored: Pick<ChangeSignal, 'position' | 'waitBeyond'> }
  clock: Pick<Clock, 'wait'>
  /** What became of commits; also of those that were signed again. @default what the log says */
  fates?: CommitFates
  /** Asks other nodes for what somebody waits for. */
  wanted?: (points: readonly TokenPoint[]) => void
}

export interface AfterOptions {
  readonly after?: Token
  readonly timeoutMs?: number
  /** What to do when the time is over: fail with `NOT_CAUGHT_UP`, or answer from what is here. @default 'fail' */
  readonly stale?: 'fail' | 'allow'
  readonly signal?: AbortSignal
}

/** Whether a read sees everything that its token names. */
export interface Reached {
  readonly isStale: boolean
}

const TIMEOUT_MS_DEFAULT = 10_000

/** Makes reads wait until this node holds what a token names. */
export class TokenWaiter {
  readonly #components: TokenWaiterComponents
  readonly #fates: CommitFates

  constructor(components: TokenWaiterComponents) {
    this.#components = components
    this.#fates = components.fates ?? commitFates({ log: components.replica.log })
  }

  /**
   * Resolves once everything the token names is here; after the deadline it fails
   * with `NOT_CAUGHT_UP`, or says that the answer is stale. Fails with `VOID` when
   * all of a commit that the token names has no effect: it will never be seen.
   */
  async reached(
    token: Token,
    { timeoutMs = TIMEOUT_MS_DEFAULT, stale = 'fail', signal }: Omit<AfterOptions, 'after'> = {}
  ): Promise<Reached> {
    const points = decodeToken(token)
    const missing = this.#missing(points)
    if (missing.length === 0) return { isStale: false }
    this.#components.wanted?.(missing)
    const expired = () => new NotInTime(this.#missing(points).length, timeoutMs)
    try {
      await withDeadline(this.#components.clock, { timeoutMs, signal, expired }, (ended) =>
        this.#waitFor(points, ended)
      )
      return { isStale: false }
    } catch (error) {
      if (!(error instanceof NotInTime)) throw error
      if (stale === 'allow') return { isStale: true }
      throw notCaughtUp(error)
    }
  }

  /** The results of `read`, once `after` is reached. */
  async *afterwards<Item>(options: AfterOptions, read: () => AsyncIterable<Item>): AsyncGenerator<Item> {
    const { after, ...rest } = options
    if (after !== undefined) await this.reached(after, rest)
    yield* read()
  }

  /** One token for all receipts of a batch. */
  merged(results: readonly BatchItemResult[]): Token {
    return encodeToken(results.flatMap((result) => ('receipt' in result ? decodeToken(result.receipt.token) : [])))
  }

  async #waitFor(points: readonly TokenPoint[], signal: AbortSignal): Promise<void> {
    const { stored } = this.#components.replica
    while (this.#missing(points).length > 0) await stored.waitBeyond(stored.position, signal)
  }

  #missing(points: readonly TokenPoint[]): TokenPoint[] {
    const { stored } = this.#components.replica
    return points.filter(({ id }) => {
      const fate = this.#fates.resolve(id)
      if (fate.state === 'missing' || fate.position > stored.position) return true
      if (fate.voided?.isWhole === true) throw writeIsVoid(id, fate.voided.reason)
      return false
    })
  }
}

/** The end of a wait, whatever the caller wants to make of it. */
class NotInTime extends Error {
  readonly missing: number
  readonly timeoutMs: number

  constructor(missing: number, timeoutMs: number) {
    super('Not caught up in time')
    this.missing = missing
    this.timeoutMs = timeoutMs
  }
}

function notCaughtUp({ missing, timeoutMs }: NotInTime): HcfsError {
  return new HcfsError(
    'NOT_CAUGHT_UP',
    `This node does not hold what the token names after ${timeoutMs} ms; ask the node that gave the token, or wait longer`,
    { details: { missing, timeoutMs } }
  )
}
