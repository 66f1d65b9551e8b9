import { SeededRandom, settle } from '@hcfs/core'
import { FaultyStore } from '../../../packages/node/src/storage/faulty-store.ts'
import { MemoryStore } from '../../../packages/node/src/storage/memory-store.ts'
import { SortedChunks } from '../../../packages/node/src/storage/sorted-chunks.ts'
import { describeOrderedStore } from './describe-ordered-store.ts'

for (const [name, delayMsMax] of [
  ['FaultyStore', 0],
  ['FaultyStore that takes its time', 5]
] as const) {
  describeOrderedStore(name, async () => {
    const medium = new SortedChunks<Uint8Array>()
    const clock = { wait: () => settle() }
    const random = new SeededRandom(1)
    return { open: async () => new FaultyStore({ store: new MemoryStore({ medium }), random, clock }, { delayMsMax }) }
  })
}
