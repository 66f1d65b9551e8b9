import { HcfsError } from '@hcfs/core'

/** A vector of length one in the same direction; `undefined` for one without direction or with a NaN or infinity in it. */
export function unitVector(vector: ArrayLike<number>): Float32Array | undefined {
  let squares = 0
  for (let index = 0; index < vector.length; index += 1) squares += vector[index]! * vector[index]!
  if (!(squares > 0 && Number.isFinite(squares))) return undefined
  const length = Math.sqrt(squares)
  const unit = new Float32Array(vector.length)
  for (let index = 0; index < vector.length; index += 1) unit[index] = vector[index]! / length
  return unit
}

export interface ExpectedVectors {
  readonly embedder: string
  readonly count: number
  /** Any, where nothing is known yet; then all must have as many as the first. */
  readonly dimensions?: number | undefined
}

/** What an embedder from outside gave, as unit vectors; `EMBEDDING_INVALID` unless it is exactly what was asked for. */
export function checkedVectors(given: unknown, { embedder, count, dimensions }: ExpectedVectors): Float32Array[] {
  if (!Array.isArray(given) || given.length !== count) {
    const got = Array.isArray(given) ? given.length : typeof given
    throw invalid(embedder, `gave ${got} vectors for ${count} texts`)
  }
  let expected = dimensions
  return given.map((each: unknown) => {
    if (!isVector(each)) throw invalid(embedder, 'gave something else than a list of numbers')
    expected ??= each.length
    if (each.length !== expected || expected === 0) {
      throw invalid(embedder, `gave a vector of ${each.length} numbers instead of ${expected}`)
    }
    const unit = unitVector(each)
    if (unit === undefined) throw invalid(embedder, 'gave a vector with NaN, with infinity or of nothing but zeros')
    return unit
  })
}

function isVector(value: unknown): value is Float32Array | Float64Array | readonly number[] {
  if (value instanceof Float32Array || value instanceof Float64Array) return true
  return Array.isArray(value) && value.every((each) => typeof each === 'number')
}

function invalid(embedder: string, what: string): HcfsError {
  return new HcfsError('EMBEDDING_INVALID', `The embedder ${embedder} ${what}; check which model it serves`, {
    details: { embedder }
  })
}
