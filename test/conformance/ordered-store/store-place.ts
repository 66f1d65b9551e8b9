import { onTestFinished } from 'vitest'
import type { OrderedStore, StoreEntry, StoreKey } from '../../../packages/node/src/storage/ordered-store.ts'

/** Somewhere a store can be opened, closed and opened again. */
export interface StorePlace {
  open(): Promise<OrderedStore>
}

/** Makes a place that no store has used yet; the test that asked for it cleans it up. */
export type NewStorePlace = () => Promise<StorePlace>

export async function openStore(place: StorePlace): Promise<OrderedStore> {
  const store = await place.open()
  onTestFinished(() => store.close())
  return store
}

export async function openNewStore(newPlace: NewStorePlace): Promise<OrderedStore> {
  return openStore(await newPlace())
}

export async function fill(store: OrderedStore, entries: Readonly<Record<StoreKey, string>>): Promise<void> {
  await store.batch(Object.entries(entries).map(([key, value]) => ({ type: 'put', key, value })))
}

export async function collect<Item>(chunks: AsyncIterable<readonly Item[]>): Promise<Item[]> {
  const items: Item[] = []
  for await (const chunk of chunks) items.push(...chunk)
  return items
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

export function numbered(count: number): Record<StoreKey, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [numberedKey(index), String(index)]))
}

export function numberedKey(index: number): StoreKey {
  return `key-${String(index).padStart(6, '0')}`
}

export function keysOf(entries: readonly StoreEntry<unknown>[]): StoreKey[] {
  return entries.map(([key]) => key)
}
