import type { CommitId, NetworkId } from '@hcfs/core'
import { grantId, hybridTime, networkId, parsePath, sha256Hex } from '@hcfs/core'
import type { SyncedCommit } from '@hcfs/crdt'
import { DeviceKey, describePayload, prepareEntry, signCommit } from '@hcfs/crdt'

export const NETWORK: NetworkId = networkId(hashOf('network'))
export const SPACE = parsePath('/team')
export const ADA = DeviceKey.fromSeed(new Uint8Array(32).fill(0xad))
export const BOB = DeviceKey.fromSeed(new Uint8Array(32).fill(0xb0))

const GRANT = grantId(hashOf('grant'))
const START = 1_790_000_000_000_000

/** Commits that are the same in every run: two devices that write in turns, each of a context of its own. */
export function sampleCommits(payloadBytes: readonly number[]): SyncedCommit[] {
  const last = new Map<DeviceKey, { seq: number; prev: CommitId }>()
  return payloadBytes.map((bytes, index) => {
    const key = index % 2 === 0 ? ADA : BOB
    const before = last.get(key)
    const place = before === undefined ? { seq: 1 } : { seq: before.seq + 1, prev: before.prev }
    const payload = new Uint8Array(bytes).fill(index + 1)
    const entry = {
      path: parsePath(`${SPACE}/note-${index}`),
      kind: 'update' as const,
      grant: GRANT,
      deps: [],
      clients: [],
      ...describePayload(payload)
    }
    const header = {
      network: NETWORK,
      space: SPACE,
      incarnation: 0,
      ...place,
      epoch: 1,
      hlc: hybridTime(START + index)
    }
    const commit = signCommit({ header, entries: [prepareEntry(entry)] }, key)
    last.set(key, { seq: place.seq, prev: commit.id })
    return { commit, payloads: [payload] }
  })
}

function hashOf(word: string): string {
  return sha256Hex(new TextEncoder().encode(word))
}
