import type { Random } from '../../src/random/random.ts'
import { pick } from './random-cbor.ts'

/** Beginnings of items on which decoders go wrong. */
const HEADS = ['00', '17', '1817', '1818', '1bffffffffffffffff', '1b001fffffffffffff', '3bffffffffffffffff']
  .concat([
    '40',
    '5bffffffffffffffff',
    '5f',
    '60',
    '7f',
    '7a7fffffff',
    '80',
    '81',
    '9affffffff',
    '9f',
    'a0',
    'a1',
    'bf'
  ])
  .concat([
    'bbffffffffffffffff',
    'c0',
    'f4',
    'f6',
    'f7',
    'f818',
    'f93c00',
    'f97e00',
    'fa3fc00000',
    'ff',
    '61ff',
    '62c080'
  ])
  .map((hex) => Buffer.from(hex, 'hex'))

type Mutation = (bytes: Buffer, random: Random) => Uint8Array

const MUTATIONS: readonly Mutation[] = [
  function flipBit(bytes, random) {
    const at = random.below(bytes.length)
    const changed = Buffer.from(bytes)
    changed[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
    return changed
  },
  function replaceByte(bytes, random) {
    const changed = Buffer.from(bytes)
    changed[random.below(bytes.length)] = random.below(256)
    return changed
  },
  function replaceByHead(bytes, random) {
    const at = random.below(bytes.length)
    return Buffer.concat([bytes.subarray(0, at), pick(random, HEADS), bytes.subarray(at + 1)])
  },
  function insertHead(bytes, random) {
    const at = random.below(bytes.length + 1)
    return Buffer.concat([bytes.subarray(0, at), pick(random, HEADS), bytes.subarray(at)])
  },
  function remove(bytes, random) {
    const at = random.below(bytes.length)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(4))])
  },
  function repeat(bytes, random) {
    const at = random.below(bytes.length)
    const end = Math.min(bytes.length, at + 1 + random.below(16))
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)])
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, random.below(bytes.length))
  },
  function wrap(bytes, random) {
    return Buffer.concat([...Array.from({ length: random.below(80) }, () => Buffer.of(0x81)), bytes])
  }
]

export function mutatedBytes(bytes: Uint8Array, random: Random): Uint8Array {
  let changed = bytes
  for (let left = random.below(4); left > 0 && changed.length > 0; left -= 1) {
    changed = pick(random, MUTATIONS)(Buffer.from(changed), random)
  }
  return changed
}
