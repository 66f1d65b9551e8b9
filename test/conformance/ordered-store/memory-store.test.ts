import { MemoryStore } from '../../../packages/node/src/storage/memory-store.ts'
import { SortedChunks } from '../../../packages/node/src/storage/sorted-chunks.ts'
import { describeOrderedStore } from './describe-ordered-store.ts'

describeOrderedStore('MemoryStore', async () => {
  const medium = new SortedChunks<Uint8Array>()
  return { open: async () => new MemoryStore({ medium }) }
})
