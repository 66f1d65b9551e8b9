import { FORMAT_LIMITS } from '@hcfs/core'
import type { PlacedStruct } from './place-structs.ts'
import { updateRefusal } from './update-refusal.ts'

const { updateSiblingsMax } = FORMAT_LIMITS

/**
 * Bounds the time that Yjs spends on an update. It compares a struct with all
 * that others inserted after the same left neighbour, so the structs of an update
 * that share one, times the structs of the document, is what it can come to.
 */
export function checkSiblings(structs: readonly PlacedStruct[]): void {
  if (structs.length <= updateSiblingsMax) return
  const counts = new Map<string, number>()
  for (const placed of structs) {
    const neighbour = leftNeighbour(placed)
    const count = (counts.get(neighbour) ?? 0) + 1
    counts.set(neighbour, count)
    if (count <= updateSiblingsMax) continue
    const { client, clock } = placed.struct
    const reason = `more than ${updateSiblingsMax} structs have the same left neighbour`
    throw updateRefusal('UPDATE_TOO_MANY_SIBLINGS', reason, { client, clock })
  }
}

/** Where there is none, the beginning of the text or of the key's values. */
function leftNeighbour({ struct: { origin }, place: { root, key } }: PlacedStruct): string {
  return origin === undefined ? `${root}/${key ?? ''}` : `${origin.client}:${origin.clock}`
}
