import { readdirSync, readFileSync } from 'node:fs'
import { bytesToHex, hexToBytes } from '@hcfs/core'
import { describe, expect, test } from 'vitest'
import type { Commit, CommitEntry, CommitHeader } from '../../src/commit/commit.ts'
import { decodeCommit, encodeCommit } from '../../src/commit/commit-codec.ts'
import { DeviceKey } from '../../src/commit/device-key.ts'
import { proveEntry, verifyEntryProof } from '../../src/commit/entry-proof.ts'
import { proveEquivocation, verifyEquivocationProof } from '../../src/commit/equivocation.ts'
import { prepareEntry, signCommit } from '../../src/commit/sign-commit.ts'
import { SignatureVerifier } from '../../src/commit/signature-verifier.ts'
import { assertSignature } from '../../src/commit/signed-header.ts'
import { readCommit, readEntryProof, readEquivocationProof } from './independent-decoder.ts'

interface GoldenCommit {
  readonly what: string
  readonly seed: string
  readonly id: string
  readonly header: CommitHeader
  readonly entries: readonly CommitEntry[]
  readonly commit: string
}

interface GoldenEntryProof {
  readonly commit: string
  readonly index: number
  readonly proof: string
}

interface GoldenEquivocation {
  readonly commits: readonly [string, string]
  readonly proof: string
}

const FOLDER = new URL('../../../../fixtures/commits/', import.meta.url)
const PROOFS = ['entry-proof.json', 'equivocation-proof.json']
const COMMITS = readdirSync(FOLDER).filter((name) => !PROOFS.includes(name))

const verifier = new SignatureVerifier()

/*
 * These bytes stand for what nodes have stored and sent since format 1. When a
 * test here fails, the code is wrong and not the files: they are never made anew.
 * A new format gets a folder of its own, written once with `signCommit` and the
 * provers from values like the ones in these files.
 */

describe.each(COMMITS)('%s', (name) => {
  const golden = read<GoldenCommit>(name)
  const bytes = hexToBytes(golden.commit)

  test('is read as what it says', () => {
    const { id, header, entries } = decodeCommit(bytes)
    expect({ id, header, entries }).toStrictEqual({ id: golden.id, header: golden.header, entries: golden.entries })
  })

  test('was signed by the device that it names', () => {
    expect(() => assertSignature(decodeCommit(bytes), verifier)).not.toThrow()
  })

  test('is written again with the same bytes', () => {
    expect(bytesToHex(encodeCommit(decodeCommit(bytes)))).toBe(golden.commit)
  })

  test('is made again with the same bytes from its values and its seed', () => {
    const { author: _, entriesRoot: __, entryCount: ___, ...header } = golden.header
    const commit = signCommit({ header, entries: golden.entries.map(prepareEntry) }, keyFrom(golden.seed))
    expect(bytesToHex(encodeCommit(commit))).toBe(golden.commit)
  })

  test('is read as the same by a decoder written from the specification', () => {
    const { id, header, entries } = golden
    expect(readCommit(bytes)).toEqual({ id, header, entries, isRootRight: true, isSignatureRight: true })
  })
})

describe('entry-proof.json', () => {
  const golden = read<GoldenEntryProof>('entry-proof.json')
  const bytes = hexToBytes(golden.proof)
  const { id, header, entries } = read<GoldenCommit>(golden.commit)
  const expected = { id, header, index: golden.index, entry: entries[golden.index] }

  test('holds, and shows the entry', () => {
    expect(verifyEntryProof(bytes, verifier)).toMatchObject(expected)
    expect(readEntryProof(bytes)).toEqual({ ...expected, isRootRight: true, isSignatureRight: true })
  })

  test('is made again with the same bytes', () => {
    expect(bytesToHex(proveEntry(commitIn(golden.commit), golden.index))).toBe(golden.proof)
  })
})

describe('equivocation-proof.json', () => {
  const golden = read<GoldenEquivocation>('equivocation-proof.json')
  const [first, second] = golden.commits.map(commitIn) as [Commit, Commit]
  const ids = [first.id, second.id].toSorted()

  test('holds, and names both commits', () => {
    expect(verifyEquivocationProof(hexToBytes(golden.proof), verifier)).toMatchObject({ ids, seq: 1 })
    expect(readEquivocationProof(hexToBytes(golden.proof)).map(({ id }) => id)).toEqual(ids)
  })

  test('is made again with the same bytes', () => {
    expect(bytesToHex(proveEquivocation(first, second))).toBe(golden.proof)
  })
})

function commitIn(name: string): Commit {
  return decodeCommit(hexToBytes(read<GoldenCommit>(name).commit))
}

function keyFrom(seed: string): DeviceKey {
  return DeviceKey.fromSeed(hexToBytes(seed))
}

function read<Golden>(name: string): Golden {
  return JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Golden
}
