import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Durability } from '@hcfs/core'
import { CheckedStore } from './checked-store.ts'
import type { DataDirectoryComponents, DataDirectoryOptions } from './data-directory.ts'
import { DataDirectory } from './data-directory.ts'
import { STORE_FOLDER } from './directory-check.ts'
import { MemoryStore } from './memory-store.ts'
import type { StoreOperation } from './ordered-store.ts'

/** A store that is ready, on a disk or in memory. */
export interface OpenStore {
  readonly store: CheckedStore
  /** Absent for a store in memory. */
  readonly directory?: string
  /** Whether the newest write that was ever acknowledged is surely in the store; see `DataDirectory`. */
  provesLastWrite(durability: Durability): boolean
  /** To be stored in one batch with a new incarnation. */
  settleProof(): readonly StoreOperation[]
  /** What the store's files take; 0 in memory. */
  storeBytes(): Promise<number>
  close(): Promise<void>
}

/** Ends with the process: there is nothing that could have been copied or restored. */
export function openMemoryStore(): OpenStore {
  const store = new CheckedStore(new MemoryStore())
  return {
    store,
    provesLastWrite: () => true,
    settleProof: () => [],
    storeBytes: async () => 0,
    close: () => store.close()
  }
}

export async function openDiskStore(
  path: string,
  components: DataDirectoryComponents,
  options: DataDirectoryOptions = {}
): Promise<OpenStore> {
  const directory = await DataDirectory.open(path, components, options)
  return {
    store: directory.store,
    directory: directory.path,
    provesLastWrite: (durability) => directory.provesLastWrite(durability),
    settleProof: () => [directory.settleProof()],
    storeBytes: () => bytesIn(join(directory.path, STORE_FOLDER)),
    close: () => directory.close()
  }
}

/** Compaction removes files at any moment: one that is gone by now takes nothing. */
async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder)
  const sizes = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => ({ size: 0 }))))
  return sizes.reduce((sum, { size }) => sum + size, 0)
}
