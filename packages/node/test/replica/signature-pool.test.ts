import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { SeededRandom } from '@hcfs/core'
import { DeviceKey, decodeCommit, encodeCommit, SignatureVerifier } from '@hcfs/crdt'
import { expect, onTestFinished, test } from 'vitest'
import type { HcfsNode } from '../../src/hcfs-node.ts'
import { openNode } from '../../src/open-node.ts'
import type { ReceivedBytes } from '../../src/replica/received-commit.ts'
import { SignaturePool } from '../../src/replica/signature-pool.ts'
import { collect } from '../collect.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

/** More than are verified ahead of the one that is judged. */
const COMMITS = 100
const FORGED = [0, 20, COMMITS - 1]

async function open(dir: string): Promise<HcfsNode> {
  const node = await openNode({ dir, search: false })
  onTestFinished(() => node.close())
  return node
}

/** An empty node, and what another one of its network has written. */
async function emptyAndCommits(): Promise<{ empty: HcfsNode; full: HcfsNode; commits: ReceivedBytes[] }> {
  const folder = await temporaryDirectory()
  const [one, two] = [join(folder, 'one'), join(folder, 'two')]
  await (await open(one)).close()
  await cp(one, two, { recursive: true })
  const full = await open(one)
  for (let index = 0; index < COMMITS; index += 1) await full.contexts.put(`/c${index}`, { body: `${index}` })
  return { full, empty: await open(two), commits: await collect(full.commits({ after: 0 })) }
}

function forged({ commit, payloads }: ReceivedBytes): ReceivedBytes {
  const read = decodeCommit(commit)
  // Another hint of R would not be a point of the curve; the last byte is part of S.
  const signature = read.signature.map((byte, index) => (index === 40 ? byte ^ 1 : byte))
  return { commit: encodeCommit({ ...read, signature }), payloads }
}

test('many commits in one call are there once they are received, in the order of their chain', async () => {
  const { empty, full, commits } = await emptyAndCommits()
  const outcomes = await empty.receive(commits)
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(commits.map(() => 'applied'))
  expect(empty.fingerprint()).toEqual(full.fingerprint())
})

test('of many commits in one call those that nobody signed are refused, each in its place, and the others are kept', async () => {
  const { empty, commits } = await emptyAndCommits()
  const outcomes = await empty.receive([
    ...commits,
    ...FORGED.map((index) => forged(commits[index]!)),
    { commit: Uint8Array.of(1), payloads: [] }
  ])
  expect(outcomes.slice(0, COMMITS).map(({ outcome }) => outcome)).toEqual(commits.map(() => 'applied'))
  expect(outcomes.slice(COMMITS)).toMatchObject([
    ...FORGED.map(() => ({ outcome: 'refused', error: { code: 'COMMIT_SIGNATURE_INVALID' } })),
    { outcome: 'refused' }
  ])
})

test('the pool says what the verifier says', async () => {
  const verifier = new SignatureVerifier()
  const pool = new SignaturePool({ verifier })
  const { commits } = await emptyAndCommits()
  const { commit } = commits[0]!
  const read = decodeCommit(commit)
  const other = DeviceKey.fromSeed(new SeededRandom(1).bytes(32)).deviceId

  expect(await pool.isSigned(read)).toBe(true)
  expect(await pool.isSigned(decodeCommit(forged(commits[0]!).commit))).toBe(false)
  expect(await pool.isSigned({ ...read, header: { ...read.header, author: other } })).toBe(false)
  expect(await pool.isSigned({ ...read, signature: new Uint8Array(64) })).toBe(false)
})
