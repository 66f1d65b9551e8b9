import type { ContextPath } from '@hcfs/core'
import { encodeCbor } from '@hcfs/core'
import { decoded, FRONTIER_BYTES_MAX, invalid, limited, list, readPath, whole } from './frontier-message.ts'

/** One frame of `/hcfs/ack/1`. */
export type AckFrame =
  | {
      /** Signed frontiers, of the sender and of others. */ readonly kind: 'frontiers'
      readonly frontiers: readonly Uint8Array[]
    }
  | {
      /** Somebody waits for acknowledgements of a space: they are wanted at once, for a while. */
      readonly kind: 'want'
      readonly space: ContextPath
      readonly forMs: number
      /** How often this may be passed on. */
      readonly hops: number
    }

export const ACK_PROTOCOL = '/hcfs/ack/1'
export const FRAME_FRONTIERS_MAX = 32
export const FRAME_BYTES_MAX: number = 256 * 1_024
export const WANT_MS_MAX = 60_000
export const WANT_HOPS_MAX = 3

const FRONTIERS = 1
const WANT = 2

export function encodeAckFrame(frame: AckFrame): Uint8Array {
  if (frame.kind === 'frontiers') return encodeCbor([FRONTIERS, frame.frontiers])
  return encodeCbor([WANT, frame.space, frame.forMs, frame.hops])
}

/** Fails with `ACKNOWLEDGEMENT_INVALID` for everything that no node sends. */
export function decodeAckFrame(bytes: Uint8Array): AckFrame {
  if (bytes.length > FRAME_BYTES_MAX) throw invalid(`a frame has more than ${FRAME_BYTES_MAX} bytes`)
  const values = limited(decoded(bytes), 'frame', 4)
  if (values[0] === FRONTIERS) {
    const [, frontiers] = list(values, 'frame', 2)
    return { kind: 'frontiers', frontiers: limited(frontiers, 'frontiers', FRAME_FRONTIERS_MAX).map(frontierBytes) }
  }
  if (values[0] !== WANT) throw invalid('the kind of a frame is unknown')
  const [, space, forMs, hops] = list(values, 'frame', 4)
  return {
    kind: 'want',
    space: readPath(space),
    forMs: whole(forMs, 'forMs', WANT_MS_MAX),
    hops: whole(hops, 'hops', WANT_HOPS_MAX)
  }
}

/** As many as fit one frame; the rest goes into the next. */
export function takeFrame(waiting: readonly Uint8Array[]): readonly Uint8Array[] {
  const taken: Uint8Array[] = []
  let bytes = 0
  for (const each of waiting) {
    bytes += each.length + FRAMING_BYTES
    if (taken.length === FRAME_FRONTIERS_MAX || (taken.length > 0 && bytes > FRAME_BYTES_MAX)) break
    taken.push(each)
  }
  return taken
}

/** Of one frontier, and of the frame around them, with room to spare. */
const FRAMING_BYTES = 16

function frontierBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array && value.length <= FRONTIER_BYTES_MAX) return value
  throw invalid('a frontier is no byte string, or too long')
}
