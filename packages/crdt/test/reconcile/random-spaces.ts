import { SeededRandom } from '@hcfs/core'
import fc from 'fast-check'
import { DeviceKey } from '../../src/commit/device-key.ts'
import { MemorySpace } from './memory-space.ts'
import { SPACE, SpaceWriter } from './space-writer.ts'

/** One write: by which device, at which replica, to which context, and how many bytes. */
export interface RandomWrite {
  readonly device: number
  readonly replica: number
  readonly name: number
  readonly bytes: number
}

export interface RandomHistory {
  /** Written before the replicas parted: everybody holds it. */
  readonly shared: readonly RandomWrite[]
  readonly apart: readonly RandomWrite[]
  /** Whether the replicas say that they have few chains, so that these are compared and not the trie. */
  readonly hasFewChains: boolean
}

const DEVICES = 4
const REPLICAS = 3

export const arbitraryWrite: fc.Arbitrary<RandomWrite> = fc.record({
  device: fc.nat({ max: DEVICES - 1 }),
  replica: fc.nat({ max: REPLICAS - 1 }),
  name: fc.nat({ max: 9 }),
  bytes: fc.oneof({ weight: 12, arbitrary: fc.nat({ max: 40 }) }, { weight: 1, arbitrary: fc.constant(300_000) })
})

export const arbitraryHistory: fc.Arbitrary<RandomHistory> = fc.record({
  shared: fc.array(arbitraryWrite, { maxLength: 12 }),
  apart: fc.array(arbitraryWrite, { maxLength: 12 }),
  hasFewChains: fc.boolean()
})

/**
 * Three replicas as a history left them. A device belongs to one replica, as in
 * life, so that nobody forks; device 3 is the exception: it is a copied directory
 * and writes at all of them.
 */
export class RandomSpaces {
  readonly replicas: readonly MemorySpace[]
  readonly #writers: readonly (readonly SpaceWriter[])[]

  constructor({ shared, apart, hasFewChains }: RandomHistory) {
    const options = { space: SPACE, ...(hasFewChains ? {} : { chainsSaid: 2_000 }) }
    const random = new SeededRandom(7)
    const keys = Array.from({ length: DEVICES }, () => DeviceKey.generate(random))
    this.replicas = Array.from({ length: REPLICAS }, () => new MemorySpace(options))
    this.#writers = this.replicas.map(() => keys.map((key) => new SpaceWriter(key)))
    const [first, ...others] = this.replicas
    for (const write of shared) {
      const written = this.write({ ...write, device: write.device % (DEVICES - 1) }, first)
      for (const other of others) other.add(written)
    }
    for (const write of apart) this.write(write)
  }

  write({ device, replica, name, bytes }: RandomWrite, at?: MemorySpace): ReturnType<SpaceWriter['write']> {
    const isCopied = device === DEVICES - 1
    const home = isCopied ? replica : device
    const writer = this.#writers[isCopied ? replica : 0]![device]!
    return writer.write(at ?? this.replicas[home]!, `note-${name}`, new Uint8Array(bytes + 1).fill(name))
  }

  /** What all replicas hold together: the dumb answer to what each of them has to hold in the end. */
  union(): string[] {
    return [...new Set(this.replicas.flatMap(({ ids }) => ids))].sort()
  }
}
