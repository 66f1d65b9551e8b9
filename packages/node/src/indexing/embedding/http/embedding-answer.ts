import { HcfsError } from '@hcfs/core'

const FLOAT_BYTES = 4

/** The vectors of an answer, in the order of the texts; `EMBEDDING_INVALID` where it is no such answer. */
export function vectorsInAnswer(body: unknown, count: number): unknown[] {
  const data = isRecord(body) ? body['data'] : undefined
  if (!Array.isArray(data) || data.length !== count) throw invalid(`does not answer with ${count} vectors`)
  const vectors = new Map<number, unknown>()
  for (const [position, item] of data.entries()) {
    if (!isRecord(item)) throw invalid('answers with something else than a list of vectors')
    const { index = position, embedding } = item
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= count) {
      throw invalid('does not say which vector belongs to which text')
    }
    vectors.set(index, typeof embedding === 'string' ? fromBase64(embedding) : embedding)
  }
  // Where two had the same index, another one has no vector, and the check of the vectors refuses that.
  return Array.from({ length: count }, (_, index) => vectors.get(index))
}

/** Little-endian 32-bit floats, as OpenAI sends them. */
function fromBase64(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length % FLOAT_BYTES !== 0) throw invalid('answers with a vector that ends in the middle of a number')
  return Float32Array.from({ length: bytes.length / FLOAT_BYTES }, (_, index) => bytes.readFloatLE(index * FLOAT_BYTES))
}

function invalid(what: string): HcfsError {
  return new HcfsError('EMBEDDING_INVALID', `The embedding server ${what}; check the address and the model`)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
