import type { Random } from '@hcfs/core'
import * as encoding from 'lib0/encoding'
import { bytesOf } from './write-update.ts'

type Change = (bytes: readonly number[], random: Random) => number[]

const CHANGES: readonly Change[] = [
  // One bit, one byte.
  (bytes, random) => replaced(bytes, place(bytes, random), (byte) => byte ^ (1 << random.below(8))),
  (bytes, random) => replaced(bytes, place(bytes, random), () => random.below(256)),
  (bytes, random) => replaced(bytes, place(bytes, random), (byte) => (byte + 1) % 256),
  // Less, and more.
  (bytes, random) => bytes.slice(0, place(bytes, random)),
  (bytes, random) => bytes.toSpliced(place(bytes, random), 1 + random.below(8)),
  (bytes, random) => bytes.toSpliced(place(bytes, random), 0, ...random.bytes(1 + random.below(8))),
  (bytes, random) => bytes.toSpliced(place(bytes, random), 0, ...piece(bytes, random))
]

/** Payloads of the same document, and the client ids that occur in them. */
export interface Material {
  readonly payloads: readonly Uint8Array[]
  readonly clients: readonly number[]
}

/** One to three random changes of valid bytes. */
export function mutate(payload: Uint8Array, { payloads, clients }: Material, random: Random): Uint8Array {
  const changes: readonly Change[] = [
    ...CHANGES,
    (bytes) => bytes.toSpliced(place(bytes, random), random.below(8), ...piece([...pick(payloads, random)], random)),
    (bytes) => withText(bytes, varint(pick(clients, random)), varint(pick(clients, random)))
  ]
  let bytes = [...payload]
  for (let count = 1 + random.below(3); count > 0; count -= 1) bytes = pick(changes, random)(bytes, random)
  return Uint8Array.from(bytes)
}

export function pick<Thing>(things: readonly Thing[], random: Random): Thing {
  return things[random.below(things.length)]!
}

function place(bytes: readonly number[], random: Random): number {
  return random.below(bytes.length + 1)
}

function piece(bytes: readonly number[], random: Random): number[] {
  const start = place(bytes, random)
  return bytes.slice(start, start + 1 + random.below(24))
}

function replaced(bytes: readonly number[], at: number, change: (byte: number) => number): number[] {
  return bytes.map((byte, index) => (index === at ? change(byte) : byte))
}

/** The first occurrence of some bytes becomes other bytes. */
function withText(bytes: readonly number[], some: readonly number[], others: readonly number[]): number[] {
  const at = bytes.findIndex((_, index) => some.every((byte, offset) => bytes[index + offset] === byte))
  return at === -1 ? [...bytes] : bytes.toSpliced(at, some.length, ...others)
}

function varint(number: number): number[] {
  return [...bytesOf((encoder) => encoding.writeVarUint(encoder, number))]
}
