import * as cborg from 'cborg'

const BYTE_ORDER_MARK = 'efbbbf'
const HALF_BELOW_2_TO_MINUS_14 = /f9[08][0-3]/
const SINGLE_THAT_MAY_BE_SUCH_A_HALF = /fa[3b][3-8]/

export function cborgEncode(value: unknown): Uint8Array {
  return cborg.encode(value, cborg.rfc8949EncodeOptions)
}

/**
 * Two faults of cborg 6.1.5: it drops a byte order mark when it reads, and it
 * writes half floats below 2^-14 as single floats. Bytes that could have to do
 * with either are not compared; `half-float.test.ts` goes through all of them.
 */
export function canCborgJudge(bytes: Uint8Array): boolean {
  const hex = Buffer.from(bytes).toString('hex')
  return [BYTE_ORDER_MARK, HALF_BELOW_2_TO_MINUS_14, SINGLE_THAT_MAY_BE_SUCH_A_HALF].every((fault) => !hex.match(fault))
}

/** Whether reading and writing changes nothing. */
export function isCanonicalForCborg(bytes: Uint8Array): boolean {
  try {
    const value: unknown = cborg.decode(bytes, {
      allowBigInt: false,
      allowInfinity: false,
      allowNaN: false,
      allowUndefined: false
    })
    return Buffer.compare(cborgEncode(value), bytes) === 0
  } catch {
    return false
  }
}
