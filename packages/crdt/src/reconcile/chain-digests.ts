import { bytesToHex, hashCbor, idToBytes } from '@hcfs/core'
import type { ChainTip } from '../policy/frontier.ts'

/**
 * Short, because a thousand of them have to cost little. Two that are equal by
 * accident or by design hide a difference only until the trie is compared, so
 * nobody gains by looking for them; and the salt changes with every difference.
 */
export const DIGEST_BYTES = 6

/** One digest for each tip, in their order. `salt` is the root that the leader said hello with. */
export function digestTips(tips: readonly ChainTip[], salt: Uint8Array): Uint8Array {
  const digests = new Uint8Array(tips.length * DIGEST_BYTES)
  for (const [index, tip] of tips.entries()) digests.set(digestOf(tip, salt), index * DIGEST_BYTES)
  return digests
}

/** Tips that no digest stands for, and the places of digests that stand for no tip. */
export function compareDigests(
  tips: readonly ChainTip[],
  { digests, salt }: { digests: Uint8Array; salt: Uint8Array }
): { tips: ChainTip[]; unknown: number[] } {
  const unmatched = new Map<string, number>()
  for (let index = 0; index * DIGEST_BYTES < digests.length; index += 1) {
    unmatched.set(bytesToHex(digests.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES)), index)
  }
  const different = tips.filter((tip) => !unmatched.delete(bytesToHex(digestOf(tip, salt))))
  return { tips: different, unknown: [...unmatched.values()].sort((left, right) => left - right) }
}

function digestOf({ author, incarnation, seq, id }: ChainTip, salt: Uint8Array): Uint8Array {
  return hashCbor(['hcfs/tip/1', salt, idToBytes(author), incarnation, seq, idToBytes(id)]).subarray(0, DIGEST_BYTES)
}
