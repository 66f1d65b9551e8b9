import { parsePath } from '@hcfs/core'
import { describe, expect, test } from 'vitest'
import { describePayload, isPayloadOf } from '../../src/commit/payload.ts'
import { prepareEntry, signCommit } from '../../src/commit/sign-commit.ts'
import type { ClientRange } from '../../src/document/client-range.ts'
import { refusalOf } from './damaged-bytes.ts'
import { ada, commitNamed, sampleCommit, sampleEntries, sampleEntry, sampleHeader } from './sample-commits.ts'

test('deps and clients may come in any order, and a dep more than once', () => {
  const deps = ['a', 'b', 'c'].map(commitNamed)
  const sessions: ClientRange['session'][] = [3, 'text', 0]
  const clients = sessions.map((session) => ({ session, clock: 0, len: 1 }))
  const mixed = prepareEntry(sampleEntry({ deps: [...deps, ...deps], clients }))
  expect(mixed.entry.deps).toEqual(deps.toSorted())
  expect(mixed.entry.clients.map(({ session }) => session)).toEqual(['text', 0, 3])
  expect(mixed.bytes).toEqual(
    prepareEntry(sampleEntry({ deps: deps.toReversed(), clients: clients.toReversed() })).bytes
  )
})

test('the bytes of an entry are made once, when it is prepared', () => {
  const prepared = prepareEntry(sampleEntry())
  expect(signCommit({ header: sampleHeader(), entries: [prepared] }, ada).entryBytes[0]).toBe(prepared.bytes)
})

describe('is refused before it is signed', () => {
  test('two entries of one context', () => {
    expect(refusalOf(() => sampleCommit({ entries: [sampleEntry(), sampleEntry()] }))).toBe('COMMIT_MALFORMED')
  })

  test('an entry outside the space', () => {
    const outside = sampleEntry({ path: parsePath('/teammate') })
    expect(refusalOf(() => sampleCommit({ entries: [outside] }))).toBe('COMMIT_MALFORMED')
  })

  test('more entries than a commit may have', () => {
    expect(refusalOf(() => sampleCommit({ entries: sampleEntries(257) }))).toBe('COMMIT_TOO_LARGE')
  })

  test('more payload than a commit may have', () => {
    const entriesOf = (payloadBytes: number) => sampleEntries(2).map((entry) => ({ ...entry, payloadBytes }))
    expect(refusalOf(() => sampleCommit({ entries: entriesOf(2_097_152) }))).toBeUndefined()
    expect(refusalOf(() => sampleCommit({ entries: entriesOf(2_097_153) }))).toBe('COMMIT_TOO_LARGE')
  })
})

test('a commit without entries is a mistake of the program', () => {
  expect(() => sampleCommit({ entries: [] })).toThrow(TypeError)
})

test('the root is a context of its own space', () => {
  const root = parsePath('/')
  expect(sampleCommit({ header: { space: root }, entries: [sampleEntry({ path: root })] }).entries[0]?.path).toBe(root)
})

test('a payload belongs to an entry by its bytes and its length', () => {
  const payload = Uint8Array.of(1, 2, 3)
  const entry = sampleEntry(describePayload(payload))
  expect(isPayloadOf(entry, payload)).toBe(true)
  expect(isPayloadOf(entry, Uint8Array.of(1, 2, 4))).toBe(false)
  expect(isPayloadOf({ ...entry, payloadBytes: 4 }, payload)).toBe(false)
})
