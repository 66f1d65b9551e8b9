const UTF8_BYTES_PER_UNIT_MAX = 3
const BUFFER_BYTES_START = 4_096
/** A buffer that grew beyond this is not used again, so that one large text does not hold memory for ever. */
const BUFFER_BYTES_KEPT_MAX = 256 * 1_024

const utf8 = new TextEncoder()

/** The UTF-8 of one text at a time, always in the same place: `TextEncoder.encode` allocates, which costs more than encoding a kilobyte. */
export class Utf8Scratch {
  #buffer = new Uint8Array(BUFFER_BYTES_START)

  /** Valid until the next call. */
  encode(text: string): Uint8Array {
    const bytesMax = text.length * UTF8_BYTES_PER_UNIT_MAX
    const buffer = bytesMax > this.#buffer.length ? new Uint8Array(bytesMax) : this.#buffer
    if (buffer.length <= BUFFER_BYTES_KEPT_MAX) this.#buffer = buffer
    return buffer.subarray(0, utf8.encodeInto(text, buffer).written)
  }
}
