import { HcfsError } from '@hcfs/core'

/** What goes over a stream: a frame of the user, room given back for frames that were read, or the end of one direction. */
export type WirePart =
  | { readonly kind: 'data'; readonly frame: Uint8Array }
  | { readonly kind: 'credit'; readonly cost: number }
  | { readonly kind: 'close' }

/** One byte for the kind, four for the length of a frame or the cost given back. */
export const PART_HEADER_BYTES = 5

const KINDS = ['data', 'credit', 'close'] as const

export function encodePart(part: WirePart): Uint8Array {
  const frame = part.kind === 'data' ? part.frame : undefined
  const bytes = new Uint8Array(PART_HEADER_BYTES + (frame?.length ?? 0))
  bytes[0] = KINDS.indexOf(part.kind)
  const number = frame?.length ?? (part.kind === 'credit' ? part.cost : 0)
  new DataView(bytes.buffer).setUint32(1, number)
  if (frame !== undefined) bytes.set(frame, PART_HEADER_BYTES)
  return bytes
}

/**
 * Cuts a stream of bytes into parts. Takes memory only for bytes that have come,
 * never for bytes that a header promises.
 */
export class FrameDecoder {
  readonly #frameBytesMax: number
  #chunks: Uint8Array[] = []
  #waitingBytes = 0
  /** Of the part that has begun, with its header; unknown until the header is complete. */
  #partBytes: number | undefined
  #finished = 0

  constructor(frameBytesMax: number) {
    this.#frameBytesMax = frameBytesMax
  }

  /** Whether a part has begun and is not complete. */
  get isHalf(): boolean {
    return this.#waitingBytes > 0
  }

  get finished(): number {
    return this.#finished
  }

  /** Bytes behind the last part that was read, for whoever reads them in another way from here on. */
  takeRest(): Uint8Array {
    const rest = joined(this.#chunks, this.#waitingBytes)
    this.#chunks = []
    this.#waitingBytes = 0
    this.#partBytes = undefined
    return rest
  }

  /** Throws where the bytes are no parts; nothing may be read from that stream any more. */
  *decode(chunk: Uint8Array): Iterable<WirePart> {
    if (chunk.length === 0) return
    this.#chunks.push(chunk)
    this.#waitingBytes += chunk.length
    for (let part = this.#next(); part !== undefined; part = this.#next()) yield part
  }

  #next(): WirePart | undefined {
    this.#partBytes ??= this.#readHeader()
    if (this.#partBytes === undefined || this.#waitingBytes < this.#partBytes) return undefined
    const bytes = this.#take(this.#partBytes)
    this.#partBytes = undefined
    this.#finished += 1
    if (bytes[0] === 0) return { kind: 'data', frame: bytes.subarray(PART_HEADER_BYTES) }
    return bytes[0] === 1 ? { kind: 'credit', cost: numberIn(bytes) } : { kind: 'close' }
  }

  #readHeader(): number | undefined {
    if (this.#waitingBytes < PART_HEADER_BYTES) return undefined
    const header = this.#peekHeader()
    const kind = header[0] === undefined ? undefined : KINDS[header[0]]
    if (kind === undefined) throw broken('a part of an unknown kind')
    if (kind !== 'data') return PART_HEADER_BYTES
    const length = numberIn(header)
    if (length > this.#frameBytesMax) throw broken(`a frame of ${length} bytes`)
    return PART_HEADER_BYTES + length
  }

  #peekHeader(): Uint8Array {
    const [first] = this.#chunks
    if (first !== undefined && first.length >= PART_HEADER_BYTES) return first
    this.#chunks = [joined(this.#chunks, this.#waitingBytes)]
    return this.#chunks[0] ?? new Uint8Array(0)
  }

  /** A copy, unless the bytes lie in one piece: small frames share the piece that they came in. */
  #take(count: number): Uint8Array {
    const [first] = this.#chunks
    const whole = first !== undefined && first.length >= count ? first : joined(this.#chunks, this.#waitingBytes)
    const rest = whole === first ? this.#chunks.slice(1) : []
    this.#chunks = whole.length > count ? [whole.subarray(count), ...rest] : rest
    this.#waitingBytes -= count
    return whole.subarray(0, count)
  }
}

function numberIn(header: Uint8Array): number {
  return new DataView(header.buffer, header.byteOffset).getUint32(1)
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

function broken(what: string): HcfsError {
  return new HcfsError('STREAM_MALFORMED', `The peer sent ${what} on a stream; its connection is not trusted with more`)
}
