/** Euclidean length of the vector that begins at `start`. */
export function vectorLength(vectors: ArrayLike<number>, start: number, dimensions: number): number {
  let squares = 0
  for (let at = start; at < start + dimensions; at += 1) squares += vectors[at]! * vectors[at]!
  return Math.sqrt(squares)
}

/** A copy with length 1. */
export function unitVector(vector: Float32Array): Float32Array {
  const length = vectorLength(vector, 0, vector.length)
  return vector.map((value) => value / length)
}
