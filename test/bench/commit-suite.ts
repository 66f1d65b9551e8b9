import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { grantId, hybridTime, networkId, parsePath, payloadHash, SeededRandom } from '@hcfs/core'
import type { CommitDraft, CommitEntry } from '@hcfs/crdt'
import { DeviceKey, decodeCommit, encodeCommit, prepareEntry, SignatureVerifier, signCommit } from '@hcfs/crdt'
import type { OpenSuite, Suite } from './suite.ts'

const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

/** Signing and checking commits; the floor is one signature and one hash for each entry. */
export const commitSuite: Suite = { name: 'commit', unit: 'entries', sizes: [1, 100], open: openCommitSuite }

function openCommitSuite(entryCount: number): OpenSuite {
  const random = new SeededRandom(1)
  const key = DeviceKey.generate(random)
  const verifier = new SignatureVerifier()
  const entries = Array.from({ length: entryCount }, (_, index) => sampleEntry(random, index))
  const header = sampleHeader(random)
  const commit = signCommit({ header, entries: entries.map(prepareEntry) }, key)
  const commitBytes = encodeCommit(commit)
  const { headerBytes, signature, entryBytes } = commit

  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, key.exportSeed()]),
    format: 'der',
    type: 'pkcs8'
  })
  const publicKey = createPublicKey(privateKey)
  const hashEntries = () => entryBytes.map((bytes) => createHash('sha256').update(bytes).digest())

  return {
    rows: [
      {
        name: 'encode and sign',
        run: () => signCommit({ header, entries: entries.map(prepareEntry) }, key),
        floor: { name: 'hash and sign', run: () => [hashEntries(), sign(null, headerBytes, privateKey)] }
      },
      {
        name: 'decode and verify',
        run: () => {
          const { header: decoded, headerBytes: bytes, signature: signed } = decodeCommit(commitBytes)
          if (!verifier.verify(decoded.author, bytes, signed)) throw new Error('the signature is wrong')
        },
        floor: { name: 'hash and verify', run: () => [hashEntries(), verify(null, headerBytes, publicKey, signature)] }
      }
    ]
  }
}

function sampleHeader(random: SeededRandom): CommitDraft['header'] {
  return {
    network: networkId(random.bytes(32)),
    space: parsePath('/projects'),
    incarnation: 1,
    seq: 1,
    epoch: 1,
    hlc: hybridTime(1_790_000_000_000_000)
  }
}

function sampleEntry(random: SeededRandom, index: number): CommitEntry {
  return {
    path: parsePath(`/projects/apollo/tasks/${index}`),
    kind: 'update',
    grant: grantId(random.bytes(32)),
    deps: [],
    clients: [{ session: 0, clock: 0, len: 12 }],
    payloadHash: payloadHash(random.bytes(32)),
    payloadBytes: 1_024,
    by: { agent: 'planner' }
  }
}
