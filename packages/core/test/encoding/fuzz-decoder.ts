import { getHeapStatistics } from 'node:v8'
import type { CborValue } from '../../src/encoding/cbor-value.ts'
import { decodeCbor } from '../../src/encoding/decode-cbor.ts'
import { encodeCbor } from '../../src/encoding/encode-cbor.ts'
import { hasErrorCode } from '../../src/errors/hcfs-error.ts'
import type { Random } from '../../src/random/random.ts'
import { SeededRandom } from '../../src/random/seeded-random.ts'
import { canCborgJudge, isCanonicalForCborg } from './cborg-oracle.ts'
import { mutatedBytes } from './mutated-bytes.ts'
import { randomCborValue } from './random-cbor.ts'

const GROWTH_BYTES_MAX = 16 * 1024 * 1024

export interface FuzzCounts {
  accepted: number
  invalid: number
  tooLarge: number
}

/**
 * Feeds random and mutated bytes to the decoder. Throws, with the input in
 * hexadecimal, when one of them
 * - makes it throw anything but one of its two codes,
 * - makes it take more than 16 MB,
 * - is accepted but is not what encoding the result gives,
 * - is judged otherwise by cborg, asked whether reading and writing it changes nothing.
 */
export function fuzzDecoder({ seed, runs }: { seed: number; runs: number }): FuzzCounts {
  const random = new SeededRandom(seed)
  const counts = { accepted: 0, invalid: 0, tooLarge: 0 }
  for (let run = 0; run < runs; run += 1) {
    const input = nextInput(random)
    try {
      counts[verdictOn(input)] += 1
    } catch (cause) {
      throw new Error(`Input ${Buffer.from(input).toString('hex')}`, { cause })
    }
  }
  return counts
}

function nextInput(random: Random): Uint8Array {
  if (random.below(10) === 0) return random.bytes(random.below(64))
  return mutatedBytes(encodeCbor(randomCborValue(random)), random)
}

function verdictOn(input: Uint8Array): keyof FuzzCounts {
  const before = memoryInUse()
  let value: CborValue
  try {
    value = decodeCbor(input)
  } catch (error) {
    assertSmall(memoryInUse() - before)
    if (hasErrorCode(error, 'ENCODING_TOO_LARGE')) return 'tooLarge'
    if (!hasErrorCode(error, 'ENCODING_INVALID')) throw error
    if (canCborgJudge(input) && isCanonicalForCborg(input)) throw new Error('refused, but canonical', { cause: error })
    return 'invalid'
  }
  assertSmall(memoryInUse() - before)
  if (Buffer.compare(encodeCbor(value), input) !== 0) throw new Error('accepted, but encodes to something else')
  if (canCborgJudge(input) && !isCanonicalForCborg(input)) throw new Error('accepted, but not canonical')
  return 'accepted'
}

function memoryInUse(): number {
  const statistics = getHeapStatistics()
  return statistics.used_heap_size + statistics.external_memory
}

function assertSmall(growth: number): void {
  if (growth > GROWTH_BYTES_MAX) throw new Error(`took ${growth} bytes`)
}
