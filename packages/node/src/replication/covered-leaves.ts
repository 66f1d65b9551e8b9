import type { FingerprintTrie } from '../replica/fingerprint-trie.ts'

const LEAF_COUNT = 65_536

/** Of drawn leaves, the next ones that cover anything: most leaves of a small space cover nothing. */
export function coveredLeaves(trie: Pick<FingerprintTrie, 'sumOf'>, drawn: readonly number[]): number[] {
  const covered = drawn.flatMap((first) => {
    for (let step = 0; step < LEAF_COUNT; step += 1) {
      const leaf = (first + step) % LEAF_COUNT
      if (trie.sumOf(leaf) !== undefined) return [leaf]
    }
    return []
  })
  return [...new Set(covered)].sort((left, right) => left - right)
}
