/**
 * Inner product of a query with the row that begins at `start`. Four sums at once, because one would wait for itself.
 *
 * The same numbers give the same result on every machine: the order of the additions is fixed here.
 */
export function innerProduct(query: Float32Array, rows: Float32Array | Int8Array, start: number): number {
  const { length } = query
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let at = 0
  for (; at + 3 < length; at += 4) {
    a += query[at]! * rows[start + at]!
    b += query[at + 1]! * rows[start + at + 1]!
    c += query[at + 2]! * rows[start + at + 2]!
    d += query[at + 3]! * rows[start + at + 3]!
  }
  for (; at < length; at += 1) a += query[at]! * rows[start + at]!
  return a + b + (c + d)
}
