import type { Clock, DeviceId, Logger } from '@hcfs/core'

export interface PeerPenaltiesComponents {
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly log: Logger
  readonly hangUp: (device: DeviceId) => Promise<void>
}

interface Record {
  readonly count: number
  readonly deniedUntilMs: number
}

const FIRST_MS = 10_000
const LONGEST_MS = 10 * 60_000
/** As many members a network may have; whoever was punished longest ago is forgotten first. */
const RECORDS_MAX = 10_000

/**
 * Cuts off peers that sent what no node sends, for a while, and longer each time: a
 * member whose software is broken must not cost the others their connections for good.
 */
export class PeerPenalties {
  readonly #components: PeerPenaltiesComponents
  readonly #records = new Map<DeviceId, Record>()

  constructor(components: PeerPenaltiesComponents) {
    this.#components = components
  }

  penalise(device: DeviceId, what: string): void {
    const { clock, log, hangUp } = this.#components
    const count = (this.#records.get(device)?.count ?? 0) + 1
    const pauseMs = Math.min(FIRST_MS * 2 ** (count - 1), LONGEST_MS)
    this.#records.delete(device)
    this.#records.set(device, { count, deniedUntilMs: clock.monotonicMs() + pauseMs })
    if (this.#records.size > RECORDS_MAX) this.#forgetOldest()
    log.warn('peer-penalised', { device, what, count, pauseMs })
    hangUp(device).catch((error: unknown) => log.debug('hang-up-failed', { device, error }))
  }

  isDenied(device: DeviceId): boolean {
    const record = this.#records.get(device)
    return record !== undefined && this.#components.clock.monotonicMs() < record.deniedUntilMs
  }

  #forgetOldest(): void {
    for (const device of this.#records.keys()) {
      this.#records.delete(device)
      return
    }
  }
}
