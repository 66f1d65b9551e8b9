import { createHash } from 'node:crypto'

/*
 * Ed25519 written down from RFC 8032 with big integers: slow, not constant-time,
 * and able to make what no honest signer makes. For tests only.
 */

export type Point = readonly [x: bigint, y: bigint]

const P = 2n ** 255n - 19n
/** The order of the base point. */
export const L = 2n ** 252n + 27742317777372353535851937790883648493n
const D = mod(-121665n * inverse(121666n))

export const IDENTITY: Point = [0n, 1n]
export const BASE: Point = pointWithY(mod(4n * inverse(5n)), 0n)!

export function add([x1, y1]: Point, [x2, y2]: Point): Point {
  const product = mod(D * x1 * x2 * y1 * y2)
  return [mod((x1 * y2 + x2 * y1) * inverse(1n + product)), mod((y1 * y2 + x1 * x2) * inverse(1n - product))]
}

export function multiply(point: Point, scalar: bigint): Point {
  let result = IDENTITY
  let power = point
  for (let rest = scalar; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = add(result, power)
    power = add(power, power)
  }
  return result
}

export function negate([x, y]: Point): Point {
  return [mod(-x), y]
}

export function encodePoint([x, y]: Point): Uint8Array {
  return littleEndian(y | ((x & 1n) << 255n))
}

/** The point with this y whose x has this parity; `undefined` where there is none. */
export function pointWithY(y: bigint, parity: bigint): Point | undefined {
  const square = mod((y * y - 1n) * inverse(D * y * y + 1n))
  let x = power(square, (P + 3n) / 8n)
  if (mod(x * x - square) !== 0n) x = mod(x * power(2n, (P - 1n) / 4n))
  if (mod(x * x - square) !== 0n) return undefined
  return [(x & 1n) === parity ? x : mod(-x), y]
}

/** A generator of the eight points of small order: what is left of some point when its large part is taken away. */
export function pointOfOrderEight(): Point {
  for (let y = 2n; ; y += 1n) {
    const point = pointWithY(y, 0n)
    const rest = point === undefined ? IDENTITY : multiply(point, L)
    if (!isIdentity(multiply(rest, 4n))) return rest
  }
}

export function isIdentity([x, y]: Point): boolean {
  return x === 0n && y === 1n
}

/** h = SHA-512(R, A, message), as the signer and the verifier compute it. */
export function challenge(r: Uint8Array, a: Uint8Array, message: Uint8Array): bigint {
  return fromLittleEndian(createHash('sha512').update(r).update(a).update(message).digest()) % L
}

export function signatureOf(r: Uint8Array, s: bigint): Uint8Array {
  return Uint8Array.from([...r, ...littleEndian(s)])
}

export function littleEndian(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn))
}

export function fromLittleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n)
}

function mod(value: bigint): bigint {
  return ((value % P) + P) % P
}

function inverse(value: bigint): bigint {
  return power(mod(value), P - 2n)
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let square = mod(base)
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % P
    square = (square * square) % P
  }
  return result
}
