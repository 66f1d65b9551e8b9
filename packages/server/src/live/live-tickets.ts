import type { Clock, Random } from '@hcfs/core'
import { bytesToHex, HcfsError } from '@hcfs/core'
import type { Access } from '../access/access.ts'

export interface LiveTicketsComponents {
  clock: Pick<Clock, 'monotonicMs'>
  random: Random
}

export interface LiveTicket {
  readonly ticket: string
  readonly expiresInMs: number
}

interface Issued {
  readonly access: Access
  readonly endsAtMs: number
}

/** A page asks for one when it is about to connect. */
export const TICKET_MS_MAX = 60_000
const TICKETS_MAX = 10_000
const TICKET_BYTES = 24

/**
 * Stand in for a key where a browser cannot send one: pages cannot set headers of a WebSocket, and a key in an
 * address would end up in logs. Good for one connection, and for a minute; kept in memory only.
 */
export class LiveTickets {
  readonly #components: LiveTicketsComponents
  readonly #issued = new Map<string, Issued>()

  constructor(components: LiveTicketsComponents) {
    this.#components = components
  }

  issue(access: Access): LiveTicket {
    const now = this.#components.clock.monotonicMs()
    this.#dropEnded(now)
    if (this.#issued.size >= TICKETS_MAX) {
      throw new HcfsError('LIVE_TOO_MANY', 'The node keeps no more tickets for browsers; try again in a minute')
    }
    const ticket = bytesToHex(this.#components.random.bytes(TICKET_BYTES))
    this.#issued.set(ticket, { access, endsAtMs: now + TICKET_MS_MAX })
    return { ticket, expiresInMs: TICKET_MS_MAX }
  }

  /** Once. */
  redeem(ticket: string): Access | undefined {
    const issued = this.#issued.get(ticket)
    this.#issued.delete(ticket)
    if (issued === undefined || issued.endsAtMs <= this.#components.clock.monotonicMs()) return undefined
    return issued.access
  }

  /** They end in the order in which they were made. */
  #dropEnded(now: number): void {
    for (const [ticket, { endsAtMs }] of this.#issued) {
      if (endsAtMs > now) return
      this.#issued.delete(ticket)
    }
  }
}
