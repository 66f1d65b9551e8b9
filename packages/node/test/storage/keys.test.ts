import type { ContextPath } from '@hcfs/core'
import { commitId, comparePaths, docId, isPathPrefix, parsePath, ROOT_PATH } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KeyFamily } from '../../src/storage/keys.ts'
import { keys } from '../../src/storage/keys.ts'
import type { KeyRange } from '../../src/storage/ordered-store.ts'
import { compareKeys } from '../../src/storage/store-key.ts'

const idArbitrary = fc.stringMatching(/^[0-9a-f]{64}$/).map((text) => docId(text))
const placeArbitrary = fc.record({ position: fc.nat({ max: 2 ** 52 - 1 }), index: fc.nat({ max: 255 }) })
const segmentArbitrary = fc.constantFrom('a', 'b', 'a-b', 'é', '東', '😀', '~', 'z')
const pathArbitrary: fc.Arbitrary<ContextPath> = fc
  .array(segmentArbitrary, { maxLength: 4 })
  .map((segments) => parsePath(`/${segments.join('/')}`))

function holds({ gte, gt, lt, lte }: KeyRange, key: string): boolean {
  return (
    (gte === undefined || compareKeys(key, gte) >= 0) &&
    (gt === undefined || compareKeys(key, gt) > 0) &&
    (lt === undefined || compareKeys(key, lt) < 0) &&
    (lte === undefined || compareKeys(key, lte) <= 0)
  )
}

/** One key of each family. */
const SAMPLES: Readonly<Record<KeyFamily, string>> = {
  meta: keys.meta('unproven'),
  log: keys.logEntry(2 ** 52 - 1, 255),
  commit: keys.commitPosition('f'.repeat(64) as Parameters<typeof keys.commitPosition>[0]),
  history: keys.history(docId('f'.repeat(64)), { position: 2 ** 52 - 1, index: 255 }),
  checkpoint: keys.checkpoint(docId('f'.repeat(64)), { position: 0, index: 0 }),
  context: keys.context(parsePath('/~/\u{10ffff}')),
  hidden: keys.hiddenContext(ROOT_PATH),
  stray: keys.strayContext(parsePath('/\u{10ffff}'), docId('f'.repeat(64))),
  expiry: keys.expiry(2 ** 43, parsePath('/\u{10ffff}')),
  leaf: keys.leaf(65_535, parsePath('/~')),
  chain: keys.chainTip({ author: 'f'.repeat(64), incarnation: 2 ** 32 - 1, space: parsePath('/~') }),
  unjudged: keys.unbuiltDocument(docId('f'.repeat(64))),
  verdict: keys.verdict(2 ** 52 - 1),
  rewrite: keys.rewrite({ position: 2 ** 52 - 1, index: 255 }),
  receivedOwn: keys.receivedOwn(commitId('f'.repeat(64))),
  untold: keys.untold(parsePath('/~')),
  claimed: keys.claimedDocument(docId('f'.repeat(64))),
  policy: keys.policyPart('s', 'f'.repeat(64)),
  invitation: keys.invitation('f'.repeat(32)),
  step: keys.step('0123'),
  bridge: keys.bridgePart(docId('f'.repeat(64)), 0)
}

const FAMILIES = Object.keys(SAMPLES) as KeyFamily[]

describe('families', () => {
  test.each(FAMILIES)('the range of %s holds its own keys and none of another family', (family) => {
    for (const [other, key] of Object.entries(SAMPLES)) expect(holds(keys.family(family), key)).toBe(other === family)
  })
})

describe('the log', () => {
  test('keys come back as what they name', () => {
    fc.assert(
      fc.property(placeArbitrary, ({ position, index }) => {
        expect(keys.parseLogKey(keys.logEntry(position, index))).toEqual({ position, index })
        expect(keys.parseLogKey(keys.logHeader(position))).toEqual({ position, index: undefined })
      })
    )
  })

  test('a header comes before its entries, and a commit before the next one', () => {
    fc.assert(
      fc.property(placeArbitrary, placeArbitrary, (a, b) => {
        const order = a.position - b.position || a.index - b.index
        const found = compareKeys(keys.logEntry(a.position, a.index), keys.logEntry(b.position, b.index))
        expect(Math.sign(found)).toBe(Math.sign(order))
        expect(compareKeys(keys.logHeader(a.position), keys.logEntry(a.position, 0))).toBeLessThan(0)
      })
    )
  })

  test('a range holds the headers and entries of its positions', () => {
    fc.assert(
      fc.property(fc.nat({ max: 20 }), fc.nat({ max: 20 }), fc.nat({ max: 20 }), (from, to, position) => {
        expect(holds(keys.logRange(from), keys.logEntry(position, 3))).toBe(position >= from)
        expect(holds(keys.logRange(from, to), keys.logHeader(position))).toBe(position >= from && position <= to)
        expect(holds(keys.logRange(from, to), keys.logEntry(position, 255))).toBe(position >= from && position <= to)
      })
    )
  })
})

describe('what belongs to a document', () => {
  test('history and checkpoint keys come back as what they name, ordered by place, apart for each document', () => {
    fc.assert(
      fc.property(idArbitrary, idArbitrary, placeArbitrary, placeArbitrary, (document, other, a, b) => {
        expect(keys.parseHistoryKey(keys.history(document, a))).toEqual(a)
        expect(keys.parseCheckpointKey(keys.checkpoint(document, a))).toEqual({ ...a, docId: document })
        const order = a.position - b.position || a.index - b.index
        expect(Math.sign(compareKeys(keys.history(document, a), keys.history(document, b)))).toBe(Math.sign(order))
        expect(holds(keys.historyRange(document), keys.history(other, a))).toBe(other === document)
        expect(holds(keys.checkpointRange(document), keys.checkpoint(other, a))).toBe(other === document)
      })
    )
  })
})

describe('what is found by path', () => {
  test('rows of shown and hidden contexts are ordered as a tree, and a range holds one subtree', () => {
    fc.assert(
      fc.property(pathArbitrary, pathArbitrary, (a, b) => {
        expect(keys.parseContextKey(keys.context(a))).toBe(a)
        const order = comparePaths(a, b)
        expect(Math.sign(compareKeys(keys.context(a), keys.context(b)))).toBe(Math.sign(order))
        expect(Math.sign(compareKeys(keys.hiddenContext(a), keys.hiddenContext(b)))).toBe(Math.sign(order))
        expect(holds(keys.contextRange(a), keys.context(b))).toBe(isPathPrefix(a, b))
        expect(holds(keys.hiddenContextRange(a), keys.hiddenContext(b))).toBe(isPathPrefix(a, b))
      })
    )
  })

  test('expiries are ordered by time, and a range holds those that are due', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), pathArbitrary, (atMs, nowMs, path) => {
        expect(keys.parseExpiryKey(keys.expiry(atMs, path))).toEqual({ atMs, path })
        expect(holds(keys.expiryRange(nowMs), keys.expiry(atMs, path))).toBe(atMs <= nowMs)
      })
    )
  })
})

describe('numbers', () => {
  test('leaves come back as they were', () => {
    for (const leaf of [0, 255, 65_535]) expect(keys.parseLeafKey(keys.leaf(leaf))).toBe(leaf)
  })

  test.each([-1, 1.5, Number.NaN, 2 ** 52])('%s is no position: its key would stand in the wrong place', (position) => {
    expect(() => keys.logHeader(position)).toThrow(TypeError)
  })

  test('an index and a leaf beyond their digits are refused', () => {
    expect(() => keys.logEntry(1, 256)).toThrow(TypeError)
    expect(() => keys.leaf(65_536)).toThrow(TypeError)
  })
})
