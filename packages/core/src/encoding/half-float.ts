const SIGN_BIT = 0x8000
const EXPONENT_BIAS = 15
const EXPONENT_MIN = -14
/** The smallest half above zero is 2^-24. */
const SUBNORMAL_EXPONENT_MIN = -24
const FRACTION_BITS = 10
const SINGLE_FRACTION_BITS = 23
const SINGLE_EXPONENT_BIAS = 127

const single = new Float32Array(1)
const singleBits = new Uint32Array(single.buffer)

/**
 * The 16 bits of a finite number other than zero, or `undefined` where a half
 * float cannot hold it exactly. Written out because `Math.f16round` and
 * `DataView.setFloat16` are missing from Node 22 and from many browsers.
 */
export function halfFloatBits(value: number): number | undefined {
  single[0] = value
  if (single[0] !== value) return undefined
  const bits = singleBits[0] ?? 0
  const sign = bits >>> 31 === 1 ? SIGN_BIT : 0
  const exponent = ((bits >>> SINGLE_FRACTION_BITS) & 0xff) - SINGLE_EXPONENT_BIAS
  if (exponent < SUBNORMAL_EXPONENT_MIN || exponent > EXPONENT_BIAS) return undefined

  // A half below 2^-14 has no implicit leading bit: each step down drops one more bit of the fraction.
  const isSubnormal = exponent < EXPONENT_MIN
  const droppedBits = SINGLE_FRACTION_BITS - FRACTION_BITS + (isSubnormal ? EXPONENT_MIN - exponent : 0)
  const significand = (1 << SINGLE_FRACTION_BITS) | (bits & ((1 << SINGLE_FRACTION_BITS) - 1))
  if ((significand & ((1 << droppedBits) - 1)) !== 0) return undefined

  const kept = significand >>> droppedBits
  return isSubnormal ? sign | kept : sign | (((exponent + EXPONENT_BIAS - 1) << FRACTION_BITS) + kept)
}

/** The value of 16 bits; NaN and infinity included. */
export function halfFloatValue(bits: number): number {
  const sign = (bits & SIGN_BIT) === 0 ? 1 : -1
  const exponent = (bits >>> FRACTION_BITS) & 0x1f
  const fraction = bits & ((1 << FRACTION_BITS) - 1)
  if (exponent === 0) return sign * fraction * 2 ** SUBNORMAL_EXPONENT_MIN
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1 + fraction / (1 << FRACTION_BITS)) * 2 ** (exponent - EXPONENT_BIAS)
}
