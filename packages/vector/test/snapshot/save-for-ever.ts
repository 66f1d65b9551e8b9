import { newShard, save } from './saved-shard.ts'

/** A process of its own that saves one shard after the other until it is killed. */
const directory = process.argv[2] ?? ''
const shards = [newShard(1), newShard(2)] as const

for (let frontier = 1; ; frontier += 1) {
  save(directory, shards[frontier % 2 === 1 ? 0 : 1], { frontier })
  process.stdout.write('saved\n')
}
