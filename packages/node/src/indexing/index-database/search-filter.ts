import type { DeviceId, JsonValue } from '@hcfs/core'

/** What a context has to be for its chunks to be found. All that is named has to hold. */
export interface SearchFilter {
  /** At and below this path. */
  readonly under?: string
  /** At and below this path, and the contexts above it. */
  readonly around?: string
  readonly tags?: readonly string[]
  readonly kind?: string
  /** JSON pointers to the values wanted there. */
  readonly fields?: Readonly<Record<string, JsonValue>>
  readonly author?: DeviceId
  readonly agent?: string
  /** From this time on. */
  readonly updatedAfterMs?: number
  /** Earlier than this time. */
  readonly updatedBeforeMs?: number
}
