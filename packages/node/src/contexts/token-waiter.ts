import type { BatchItemResult, Clock, Token } from '@hcfs/core'
import { HcfsError, withDeadline } from '@hcfs/core'
import type { Replica } from '../replica/replica.ts'
import type { TokenPoint } from './token.ts'
import { decodeToken, encodeToken } from './token.ts'

export interface TokenWaiterComponents {
  replica: Replica
  clock: Pick<Clock, 'wait'>
}

export interface AfterOptions {
  readonly after?: Token
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

const TIMEOUT_MS_DEFAULT = 10_000

/** Makes reads wait until this node holds what a token names. */
export class TokenWaiter {
  readonly #components: TokenWaiterComponents

  constructor(components: TokenWaiterComponents) {
    this.#components = components
  }

  /** Resolves once everything the token names is here, or fails with `NOT_CAUGHT_UP`. */
  async reached(
    token: Token,
    { timeoutMs = TIMEOUT_MS_DEFAULT, signal }: Omit<AfterOptions, 'after'> = {}
  ): Promise<void> {
    const points = decodeToken(token)
    if (this.#missing(points).length === 0) return
    const expired = () => notCaughtUp(this.#missing(points).length, timeoutMs)
    await withDeadline(this.#components.clock, { timeoutMs, signal, expired }, (ended) => this.#waitFor(points, ended))
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
    const { log, stored } = this.#components.replica
    return points.filter(({ id }) => {
      const position = log.positionOf(id)
      return position === undefined || position > stored.position
    })
  }
}

function notCaughtUp(missing: number, timeoutMs: number): HcfsError {
  return new HcfsError(
    'NOT_CAUGHT_UP',
    `This node does not hold what the token names after ${timeoutMs} ms; ask the node that gave the token, or wait longer`,
    { details: { missing, timeoutMs } }
  )
}
