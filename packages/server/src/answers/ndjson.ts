import type { HcfsError } from '@hcfs/core'

export const NDJSON_TYPE = 'application/x-ndjson'

/** Lines are collected up to this many characters: one write per short line costs more than the line. */
const CHUNK_LENGTH_MIN = 16_384

export interface NdjsonOptions {
  /** What the caller may see of a failure. */
  readonly errorOf: (error: unknown) => HcfsError
  /** Sends each line as soon as it is there. */
  readonly isLive?: boolean
}

/**
 * One JSON text per line. A failure in the middle becomes a last line
 * `{"error": …}`: the status was sent long before. Items are asked for only as
 * fast as the caller reads.
 */
export async function* ndjson(items: AsyncIterator<unknown>, options: NdjsonOptions): AsyncGenerator<string> {
  const lengthMin = options.isLive === true ? 0 : CHUNK_LENGTH_MIN
  let chunk = ''
  try {
    for (;;) {
      const { line, isLast } = await nextLine(items, options)
      chunk += line
      if (isLast) break
      if (chunk.length < lengthMin) continue
      yield chunk
      chunk = ''
    }
    if (chunk !== '') yield chunk
  } finally {
    await items.return?.()
  }
}

/** Only what the items throw is reported; what is thrown into the stream means that nobody reads any more. */
async function nextLine(
  items: AsyncIterator<unknown>,
  { errorOf }: NdjsonOptions
): Promise<{ line: string; isLast: boolean }> {
  try {
    const { value, done } = await items.next()
    return done === true ? { line: '', isLast: true } : { line: `${JSON.stringify(value)}\n`, isLast: false }
  } catch (error) {
    return { line: `${JSON.stringify({ error: errorOf(error).toJSON() })}\n`, isLast: true }
  }
}

/** Puts back an item that was taken to see whether there is one. */
export function withFirst<Item>(first: IteratorResult<Item>, rest: AsyncIterator<Item>): AsyncIterator<Item> {
  let isFirst = true
  return {
    next() {
      if (!isFirst) return rest.next()
      isFirst = false
      return Promise.resolve(first)
    },
    return: async () => (await rest.return?.()) ?? { value: undefined, done: true }
  }
}
