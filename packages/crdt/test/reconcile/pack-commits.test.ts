import { encodeCbor, hybridTime } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Commit } from '../../src/commit/commit.ts'
import { encodeCommit } from '../../src/commit/commit-codec.ts'
import { packCommits } from '../../src/reconcile/pack-commits.ts'
import type { SyncedCommit } from '../../src/reconcile/sync-source.ts'
import { unpackCommits } from '../../src/reconcile/unpack-commits.ts'
import { arbitraryCommit } from '../commit/arbitrary-commits.ts'
import { damagedBytes, refusalOf } from '../commit/damaged-bytes.ts'
import { ada, NETWORK, sampleCommit, sampleEntry } from '../commit/sample-commits.ts'
import { MemorySpace } from './memory-space.ts'
import { SPACE, SpaceWriter } from './space-writer.ts'

const OPTIONS = { network: NETWORK, space: SPACE }

/** `count` commits of one device, each to the same context after the one before. */
function chain(count: number, payloadBytes = 30): SyncedCommit[] {
  const [replica, writer] = [new MemorySpace({ space: SPACE }), new SpaceWriter(ada)]
  return Array.from({ length: count }, (_, index) =>
    writer.write(replica, 'note', new Uint8Array(payloadBytes).fill(index))
  )
}

const bytesOf = (commits: readonly SyncedCommit[]): [Uint8Array, readonly (Uint8Array | undefined)[]][] =>
  commits.map(({ commit, payloads }) => [encodeCommit(commit), payloads])

const withoutPayloads = (commit: Commit): SyncedCommit => ({ commit, payloads: commit.entries.map(() => undefined) })

test('commits come out as they went in, byte by byte', () => {
  const commits = chain(20)

  expect(bytesOf(unpackCommits(packCommits(commits), OPTIONS))).toEqual(bytesOf(commits))
})

test('whatever a commit holds comes out as it went in', () => {
  fc.assert(
    fc.property(arbitraryCommit, (commit) => {
      const { network, space } = commit.header
      const [unpacked] = unpackCommits(packCommits([withoutPayloads(commit)]), { network, space })
      expect(unpacked).toStrictEqual(withoutPayloads(commit))
    })
  )
})

test('a payload of 32 bytes is not taken for the hash of one that is missing', () => {
  const [held] = chain(1, 32)
  const missing = { ...held!, payloads: [undefined] }

  expect(bytesOf(unpackCommits(packCommits([held!]), OPTIONS))).toEqual(bytesOf([held!]))
  expect(bytesOf(unpackCommits(packCommits([missing]), OPTIONS))).toEqual(bytesOf([missing]))
})

test('a following commit of a chain costs less than 105 bytes beside its payload', () => {
  const [few, many] = [packCommits(chain(1)).length, packCommits(chain(101)).length]

  expect((many - few) / 100 - 30).toBeLessThan(105)
})

describe('what is malformed is refused', () => {
  const valid = chain(3)

  test('damaged bytes are refused with the code of messages, or hold other commits', () => {
    fc.assert(
      fc.property(damagedBytes(fc.constant(packCommits(valid))), (bytes) => {
        expect([undefined, 'SYNC_MESSAGE_INVALID']).toContain(refusalOf(() => unpackCommits(bytes, OPTIONS)))
      }),
      { numRuns: 500 }
    )
  })

  test.each([
    ['nothing', encodeCbor([[], [], []])],
    ['no batch', encodeCbor('batch')],
    ['a chain without a name', encodeCbor([[], [], [[0, [1, null], 1, 1, null, null, new Uint8Array(64), []]]])],
    [
      'a commit that follows nothing',
      encodeCbor([[[new Uint8Array(32), 1]], [], [[0, null, 1, 1, null, null, new Uint8Array(64), []]]])
    ]
  ])('%s', (_, bytes) => {
    expect(refusalOf(() => unpackCommits(bytes, OPTIONS))).toBe('SYNC_MESSAGE_INVALID')
  })

  test('commits of another space do not come out', () => {
    const commit = sampleCommit({ header: { hlc: hybridTime(5) }, entries: [sampleEntry()] })
    const other = { ...OPTIONS, space: sampleEntry().path }

    const [unpacked] = unpackCommits(packCommits([withoutPayloads(commit)]), other)

    // The space is not sent but known: under another one the signature does not hold any more.
    expect(unpacked!.commit.id).not.toBe(commit.id)
  })
})
