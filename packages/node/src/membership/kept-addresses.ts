import { keys } from '../storage/keys.ts'
import type { OrderedStore } from '../storage/ordered-store.ts'

/** The ports that were chosen for the addresses that were asked for. */
interface KeptAddresses {
  readonly asked: readonly string[]
  readonly chosen: readonly string[]
}

/**
 * What to listen on: a port that the system chose once is asked for again, so that tickets and
 * what others remember stay good. Where something else is asked for, the choice is forgotten.
 */
export function keptAddresses(store: OrderedStore, asked: readonly string[]): readonly string[] {
  const text = store.getTextSync(keys.meta('listening'))
  if (text === undefined) return asked
  const kept: KeptAddresses = JSON.parse(text)
  return isSame(kept.asked, asked) ? kept.chosen : asked
}

export async function keepAddresses(store: OrderedStore, { asked, chosen }: KeptAddresses): Promise<void> {
  const value = JSON.stringify({ asked, chosen })
  if (store.getTextSync(keys.meta('listening')) === value) return
  await store.batch([{ type: 'put', key: keys.meta('listening'), value }], { sync: true })
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((address, index) => address === right[index])
}
