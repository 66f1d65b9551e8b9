import type { Clock, DeviceId } from '@hcfs/core'

const HOUR_MS = 60 * 60 * 1_000

/** How often the owner's node writes into the policy what one device says of itself: the log only ever grows. */
export class DescriptionPace {
  readonly #clock: Pick<Clock, 'monotonicMs'>
  readonly #perHourMax: number
  readonly #taken = new Map<DeviceId, readonly number[]>()

  constructor(clock: Pick<Clock, 'monotonicMs'>, perHourMax: number) {
    this.#clock = clock
    this.#perHourMax = perHourMax
  }

  /** Whether it is the device's turn, which it takes. */
  take(device: DeviceId): boolean {
    const nowMs = this.#clock.monotonicMs()
    const recent = (this.#taken.get(device) ?? []).filter((atMs) => nowMs < atMs + HOUR_MS)
    if (recent.length >= this.#perHourMax) return false
    this.#taken.set(device, [...recent, nowMs])
    return true
  }
}
