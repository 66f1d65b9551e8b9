import { HcfsError } from '@hcfs/core'

export const VECTOR_DIMENSIONS_MAX = 16_384

/**
 * Everything that enters an index passes here first: the native library takes NaN without a word, and a wrong value can
 * end the process.
 */
export function checkVectors(labels: Uint32Array, vectors: Float32Array, dimensions: number): void {
  if (!(labels instanceof Uint32Array)) throw new HcfsError('VECTOR_INVALID', 'Pass the labels as a Uint32Array.')
  if (!(vectors instanceof Float32Array)) throw new HcfsError('VECTOR_INVALID', 'Pass the vectors as a Float32Array.')
  if (vectors.length !== labels.length * dimensions) {
    const message = `${labels.length} vectors of ${dimensions} dimensions were expected, and ${vectors.length} numbers came.`
    throw new HcfsError('VECTOR_INVALID', `${message} Use the model that the index was made for.`, {
      details: { count: labels.length, dimensions, numbers: vectors.length }
    })
  }
  for (const [index, label] of labels.entries()) {
    const fault = faultOf(vectors, index * dimensions, dimensions)
    if (fault === undefined) continue
    throw new HcfsError('VECTOR_INVALID', `Vector ${index} (label ${label}) ${fault}. Leave it out.`, {
      details: { index, label }
    })
  }
}

export function checkQuery(query: Float32Array, dimensions: number): void {
  if (!(query instanceof Float32Array)) throw new HcfsError('VECTOR_INVALID', 'Pass the query as a Float32Array.')
  if (query.length !== dimensions) {
    const message = `The query has ${query.length} dimensions, the index ${dimensions}. Embed it with the model of the index.`
    throw new HcfsError('VECTOR_INVALID', message, { details: { dimensions, numbers: query.length } })
  }
  const fault = faultOf(query, 0, dimensions)
  if (fault !== undefined) throw new HcfsError('VECTOR_INVALID', `The query ${fault}. Search by words instead.`)
}

export function checkDimensions(dimensions: number): void {
  if (Number.isSafeInteger(dimensions) && dimensions >= 1 && dimensions <= VECTOR_DIMENSIONS_MAX) return
  throw new TypeError(`dimensions must be a whole number from 1 to ${VECTOR_DIMENSIONS_MAX}, not ${dimensions}`)
}

export function checkCount(name: string, count: number): void {
  if (!Number.isSafeInteger(count) || count < 1)
    throw new TypeError(`${name} must be a whole number from 1, not ${count}`)
}

function faultOf(vectors: Float32Array, start: number, dimensions: number): string | undefined {
  let squares = 0
  for (let at = start; at < start + dimensions; at += 1) squares += vectors[at]! * vectors[at]!
  // A number of 32 bits squared neither overflows nor vanishes in 64 bits, so the sum tells all three faults.
  if (squares === 0) return 'is all zeros, which has no direction'
  return Number.isFinite(squares) ? undefined : 'holds a number that is not finite'
}
