import type { CommitId, DeviceId } from '@hcfs/core'
import { commitId, deviceId, networkId, ROOT_PATH, SeededRandom } from '@hcfs/core'
import type { ChainTip } from '@hcfs/crdt'
import { DeviceKey } from '@hcfs/crdt'
import type { Frontier, SignedFrontier } from '../../src/convergence/frontier-message.ts'
import { CALM } from '../../src/convergence/frontier-message.ts'

const random = new SeededRandom(7)

export const NETWORK = networkId(new Uint8Array(32).fill(9))

export function sampleKey(): DeviceKey {
  return DeviceKey.fromSeed(random.bytes(32))
}

/** Not a key that anybody can sign with. */
export function deviceNumber(number: number): DeviceId {
  return deviceId(new Uint8Array(32).fill(number))
}

export function commitNumber(author: number, seq: number, branch = 0): CommitId {
  const bytes = new Uint8Array(32).fill(author)
  new DataView(bytes.buffer).setUint32(4, seq)
  bytes[0] = branch
  return commitId(bytes)
}

export function tip(author: number, seq: number, branch = 0): ChainTip {
  return { author: deviceNumber(author), incarnation: 1, seq, id: commitNumber(author, seq, branch) }
}

export function frontier(member: DeviceId, at: number, tips: readonly ChainTip[] = []): Frontier {
  return { network: NETWORK, member, space: ROOT_PATH, at, isWhole: true, tips, standing: CALM }
}

/** For code that does not look at signatures. */
export function unsigned(draft: Frontier): SignedFrontier {
  return { ...draft, encoded: new Uint8Array() }
}
