import { HcfsError } from '../errors/hcfs-error.ts'
import { FORMAT_LIMITS } from '../limits/format-limits.ts'

/** How much one value may be, encoded. Everything else about canonical encoding is fixed. */
export interface CborLimits {
  /** The length of the encoding. @default 8 MiB */
  readonly bytesMax?: number
  /** How many arrays and maps may stand inside one another; at most the default. @default 64 */
  readonly depthMax?: number
  /** How many values there may be in all, map keys included. @default 65_536 */
  readonly itemsMax?: number
}

export type ResolvedCborLimits = Required<CborLimits>

const DEFAULT_LIMITS: ResolvedCborLimits = {
  bytesMax: FORMAT_LIMITS.cborBytesMax,
  depthMax: FORMAT_LIMITS.cborDepthMax,
  itemsMax: FORMAT_LIMITS.cborItemsMax
}

export function resolveCborLimits(limits: CborLimits | undefined): ResolvedCborLimits {
  if (limits === undefined) return DEFAULT_LIMITS
  const resolved = { ...DEFAULT_LIMITS, ...limits }
  for (const [name, limit] of Object.entries(resolved)) {
    if (!Number.isSafeInteger(limit) || limit < 0) throw new TypeError(`${name} has to be a whole number`)
  }
  // Both directions recurse: a deeper limit could end in a stack overflow, which nobody can catch by code.
  const { depthMax } = DEFAULT_LIMITS
  if (resolved.depthMax > depthMax) throw new TypeError(`depthMax is at most ${depthMax}`)
  return resolved
}

export function tooManyBytes(bytesMax: number): HcfsError {
  return tooLarge(`The encoding is longer than ${bytesMax} bytes: split the value`, { bytesMax })
}

export function tooManyItems(itemsMax: number): HcfsError {
  return tooLarge(`The encoding holds more than ${itemsMax} values: split it`, { itemsMax })
}

export function tooDeep(depthMax: number): HcfsError {
  return tooLarge(`Arrays and maps are nested deeper than ${depthMax} levels: flatten the value, or break its cycle`, {
    depthMax
  })
}

function tooLarge(message: string, details: Record<string, number>): HcfsError {
  return new HcfsError('ENCODING_TOO_LARGE', message, { details })
}
