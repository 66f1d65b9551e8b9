import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { OrderedStore, ScanOptions, StoreOperation } from '../../../packages/node/src/storage/ordered-store.ts'
import type { NewStorePlace } from './store-place.ts'
import { collect, openNewStore } from './store-place.ts'

const RUN_COUNT = 60

const keyArbitrary = fc
  .array(fc.constantFrom('a', 'b', '\u0000', '/', 'é', '\uffff', '\ue000', '😀', '\u{10ffff}'), {
    minLength: 1,
    maxLength: 3
  })
  .map((characters) => characters.join(''))

const operationArbitrary: fc.Arbitrary<StoreOperation> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('put' as const), key: keyArbitrary, value: fc.string() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('del' as const), key: keyArbitrary }) }
)

const scanArbitrary: fc.Arbitrary<ScanOptions> = fc.record(
  {
    gte: keyArbitrary,
    gt: keyArbitrary,
    lt: keyArbitrary,
    lte: keyArbitrary,
    reverse: fc.boolean(),
    limit: fc.nat({ max: 10 })
  },
  { requiredKeys: [] }
)

/** The dumbest store: all entries in one array, compared byte by byte. */
class SortedArray {
  readonly #entries: (readonly [key: string, value: string])[]

  constructor(entries: readonly (readonly [string, string])[] = []) {
    this.#entries = [...entries]
  }

  apply(operations: readonly StoreOperation[]): void {
    for (const operation of operations) {
      const at = this.#entries.findIndex(([key]) => key === operation.key)
      if (at >= 0) this.#entries.splice(at, 1)
      if (operation.type === 'put') this.#entries.push([operation.key, String(operation.value)])
    }
    this.#entries.sort(([a], [b]) => order(a, b))
  }

  scan({ gte, gt, lt, lte, reverse = false, limit }: ScanOptions): (readonly [string, string])[] {
    const found = this.#entries.filter(
      ([key]) =>
        (gte === undefined || order(key, gte) >= 0) &&
        (gt === undefined || order(key, gt) > 0) &&
        (lt === undefined || order(key, lt) < 0) &&
        (lte === undefined || order(key, lte) <= 0)
    )
    return (reverse ? found.reverse() : found).slice(0, limit)
  }

  clone(): SortedArray {
    return new SortedArray(this.#entries)
  }
}

function order(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

async function empty(store: OrderedStore): Promise<void> {
  const keys = await collect(store.scanKeys())
  await store.batch(keys.map((key) => ({ type: 'del', key })))
}

export function describeAgainstOracle(newPlace: NewStorePlace): void {
  test('whatever is written and however it is scanned, a sorted array gives the same', async () => {
    const store = await openNewStore(newPlace)
    const batches = fc.array(fc.array(operationArbitrary, { maxLength: 20 }), { maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(
        batches,
        batches,
        fc.array(scanArbitrary, { minLength: 1, maxLength: 8 }),
        async (before, after, scans) => {
          await empty(store)
          const oracle = new SortedArray()
          for (const batch of before) {
            await store.batch(batch)
            oracle.apply(batch)
          }
          await using snapshot = store.snapshot()
          const frozen = oracle.clone()
          for (const batch of after) {
            await store.batch(batch)
            oracle.apply(batch)
          }
          for (const scan of scans) {
            expect(await collect(store.scanText(scan))).toEqual(oracle.scan(scan))
            expect(await collect(snapshot.scanText(scan))).toEqual(frozen.scan(scan))
          }
          for (const [key, value] of oracle.scan({})) expect(store.getTextSync(key)).toBe(value)
        }
      ),
      { numRuns: RUN_COUNT }
    )
  })
}
