import type { DeviceId } from '@hcfs/core'

/** Told of what a peer did that nobody may do. What follows from it is up to whoever keeps the connections. */
export type Penalise = (peer: DeviceId, what: string) => void
