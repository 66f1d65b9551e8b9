import { describe } from 'vitest'
import { describeAgainstOracle } from './describe-against-oracle.ts'
import { describeBatches } from './describe-batches.ts'
import { describeLifecycle } from './describe-lifecycle.ts'
import { describeReads } from './describe-reads.ts'
import { describeScans } from './describe-scans.ts'
import { describeSnapshots } from './describe-snapshots.ts'
import type { NewStorePlace } from './store-place.ts'

/** What every `OrderedStore` promises, capability by capability. Whoever writes another store runs this. */
export function describeOrderedStore(name: string, newPlace: NewStorePlace): void {
  describe(name, () => {
    describe('reads', () => describeReads(newPlace))
    describe('batches', () => describeBatches(newPlace))
    describe('scans', () => describeScans(newPlace))
    describe('snapshots', () => describeSnapshots(newPlace))
    describe('lifecycle', () => describeLifecycle(newPlace))
    describe('against a sorted array', () => describeAgainstOracle(newPlace))
  })
}
