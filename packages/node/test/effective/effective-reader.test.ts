import type { ContextContent, ContextPath, HybridTime } from '@hcfs/core'
import { ancestorPaths, commitId, deviceId, docId, EMPTY_CONTENT, hybridTime, ManualClock, parsePath } from '@hcfs/core'
import { effectiveContent } from '@hcfs/crdt'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CachedAnswer } from '../../src/effective/effective-reader.ts'
import { EffectiveReader } from '../../src/effective/effective-reader.ts'
import type { ContextRow } from '../../src/replica/context-row.ts'
import { RowCache } from '../../src/replica/row-cache.ts'
import type { RowObserver } from '../../src/replica/row-store.ts'

/** Rows that tests write as they like. */
class SomeRows {
  readonly rows = new Map<ContextPath, ContextRow>()
  reads = 0
  #observer: RowObserver | undefined

  shown(path: ContextPath): ContextRow | undefined {
    this.reads += 1
    return this.rows.get(path)
  }

  observe(observer: RowObserver): void {
    this.#observer = observer
  }

  put(text: string, content: Partial<ContextContent>): void {
    const path = parsePath(text)
    const written = (this.rows.get(path)?.entryCount ?? 0) + 1
    this.rows.set(path, rowOf(path, { ...EMPTY_CONTENT, ...content }, written))
    this.#observer?.changed(path)
  }

  remove(text: string): void {
    const path = parsePath(text)
    this.rows.delete(path)
    this.#observer?.changed(path)
  }
}

function rowOf(path: ContextPath, content: ContextContent, entryCount: number): ContextRow {
  return {
    path,
    docId: docId('ab'.repeat(32)),
    content,
    heads: [commitId(entryCount.toString(16).padStart(64, '0'))],
    hiddenBy: [],
    hlc: hybridTime(entryCount) as HybridTime,
    author: deviceId('cd'.repeat(32)),
    sinceCheckpoint: { entries: 0, bytes: 0, stateBytes: 0 },
    entryCount,
    historyBytes: 0
  }
}

function startReader(effectiveCacheBytesMax = 1_048_576) {
  const rows = new SomeRows()
  const clock = new ManualClock()
  const cache = new RowCache<CachedAnswer>({ costMax: effectiveCacheBytesMax, costOf: ({ bytes }) => bytes })
  return { rows, clock, reader: new EffectiveReader({ rows, clock, cache }, { effectiveCacheBytesMax }) }
}

describe('resolve', () => {
  test('inherits from every context above, and says from which', () => {
    const { rows, reader } = startReader()
    rows.put('/', { fields: { language: 'en' } })
    rows.put('/apollo/tasks/42', { fields: { status: 'open' }, body: 'Dock.' })
    const context = reader.resolve(parsePath('/apollo/tasks/42'))
    expect(context).toMatchObject({ fields: { language: 'en', status: 'open' }, body: 'Dock.' })
    expect(context.chain.map(({ path }) => path)).toEqual(['/', '/apollo/tasks/42'])
    expect(context.blame['/language']).toMatchObject({ from: [{ path: '/' }], rule: 'override' })
  })

  test('answers for a path where nothing is written yet, without a version', () => {
    const { rows, reader } = startReader()
    rows.put('/', { fields: { language: 'en' } })
    const context = reader.resolve(parsePath('/new'))
    expect(context.fields).toEqual({ language: 'en' })
    expect(context).not.toHaveProperty('version')
  })

  test('finds nothing where nothing is on the way', () => {
    const { reader } = startReader()
    expect(() => reader.resolve(parsePath('/a'))).toThrow(expect.objectContaining({ code: 'CONTEXT_NOT_FOUND' }))
  })

  test('looks at nothing above the top that a caller may read', () => {
    const { rows, reader } = startReader()
    rows.put('/', { fields: { secret: 1 } })
    rows.put('/team', { fields: { open: 1 } })
    expect(reader.resolve(parsePath('/team/a'), { top: parsePath('/team') }).fields).toEqual({ open: 1 })
    expect(reader.resolve(parsePath('/team/a')).fields).toEqual({ secret: 1, open: 1 })
  })

  test('does not inherit what has expired, also when the answer was made before', async () => {
    const { rows, clock, reader } = startReader()
    rows.put('/', { fields: { note: 'soon over' }, meta: { expires: new Date(clock.now() + 1_000).toISOString() } })
    rows.put('/a', {})
    expect(reader.resolve(parsePath('/a')).fields).toEqual({ note: 'soon over' })
    await clock.advance(1_000)
    expect(reader.resolve(parsePath('/a')).fields).toEqual({})
  })

  test('an answer can not be changed by whoever reads it', () => {
    const { rows, reader } = startReader()
    rows.put('/', { fields: { list: [1] }, meta: { inherit: { '/list': 'append' } } })
    rows.put('/a', { fields: { list: [2] } })
    const { fields } = reader.resolve(parsePath('/a'))
    expect(() => (fields['list'] as number[]).push(3)).toThrow(TypeError)
  })
})

describe('the cache', () => {
  test('reads nothing again while nothing on the way changes', () => {
    const { rows, reader } = startReader()
    rows.put('/', {})
    rows.put('/a', {})
    const first = reader.resolve(parsePath('/a/b'))
    const { reads } = rows
    rows.put('/a/b/c', {})
    rows.put('/other', {})
    expect(reader.resolve(parsePath('/a/b'))).toBe(first)
    expect(rows.reads).toBe(reads)
    expect(reader.status).toMatchObject({ hits: 1, misses: 1 })
  })

  test('gives up what no longer fits', () => {
    const { rows, reader } = startReader(8_192)
    rows.put('/', {})
    for (let index = 0; index < 100; index += 1) reader.resolve(parsePath(`/${index}`))
    reader.resolve(parsePath('/0'))
    expect(reader.status).toMatchObject({ hits: 0, misses: 101, bytesMax: 8_192 })
    expect(reader.status.bytes).toBeLessThanOrEqual(8_192)
  })
})

/*
 * Goal: whatever changes, an answer is what folding the rows of that moment gives.
 * Method: random writes, removals and reads in a small tree, each answer compared with a fold
 * of all rows, through a cache that is now too small and now large enough.
 */
test('an answer always equals a fresh fold', () => {
  const path = fc.constantFrom('/', '/a', '/a/b', '/a/b/c', '/d')
  const step = fc.oneof(
    fc.record({ put: path, value: fc.integer({ min: 0, max: 3 }) }),
    fc.record({ remove: path }),
    fc.record({ read: path })
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom(4_096, 1_048_576), (steps, cacheBytes) => {
      const { rows, reader } = startReader(cacheBytes)
      for (const each of steps) {
        if ('put' in each) rows.put(each.put, { fields: { [each.put]: each.value, last: each.value } })
        else if ('remove' in each) rows.remove(each.remove)
        else {
          const asked = parsePath(each.read)
          const onTheWay = [...ancestorPaths(asked), asked].flatMap((above) => rows.rows.get(above) ?? [])
          if (onTheWay.length === 0) expect(() => reader.resolve(asked)).toThrow('There is no context')
          else expect(reader.resolve(asked).fields).toEqual(effectiveContent(onTheWay).fields)
        }
      }
    })
  )
})
