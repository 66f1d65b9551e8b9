import type { Clock, DeviceId, NodeLimits } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'

export type JoinPaceLimits = Pick<NodeLimits, 'joinAsksPerSecondMax' | 'joinAsksPerDevicePerMinuteMax'>

const SECOND_MS = 1_000
const MINUTE_MS = 60_000
const DEVICES_MAX = 16_384

interface Count {
  readonly startMs: number
  readonly asks: number
}

/**
 * How often tickets may be tried: by one device, so that a broken one cannot take the
 * turns of others, and by all together, because new device keys cost nothing.
 */
export class JoinPace {
  readonly #clock: Pick<Clock, 'now'>
  readonly #limits: JoinPaceLimits
  readonly #devices = new Map<DeviceId, Count>()
  #all: Count = { startMs: 0, asks: 0 }

  constructor(clock: Pick<Clock, 'now'>, limits: JoinPaceLimits) {
    this.#clock = clock
    this.#limits = limits
  }

  /** Fails with `JOIN_RATE_LIMITED`. */
  take(device: DeviceId): void {
    const nowMs = this.#clock.now()
    const own = counted(this.#devices.get(device), { nowMs, spanMs: MINUTE_MS })
    if (own.asks > this.#limits.joinAsksPerDevicePerMinuteMax) throw limited('This device has tried too often')
    this.#all = counted(this.#all, { nowMs, spanMs: SECOND_MS })
    if (this.#all.asks > this.#limits.joinAsksPerSecondMax) throw limited('Too many devices try to join at once')
    this.#devices.delete(device)
    this.#devices.set(device, own)
    const [oldest] = this.#devices.keys()
    if (this.#devices.size > DEVICES_MAX && oldest !== undefined) this.#devices.delete(oldest)
  }
}

function counted(before: Count | undefined, { nowMs, spanMs }: { nowMs: number; spanMs: number }): Count {
  const isSame = before !== undefined && nowMs >= before.startMs && nowMs < before.startMs + spanMs
  return isSame ? { ...before, asks: before.asks + 1 } : { startMs: nowMs, asks: 1 }
}

function limited(problem: string): HcfsError {
  return new HcfsError('JOIN_RATE_LIMITED', `${problem}; try again in a minute`)
}
