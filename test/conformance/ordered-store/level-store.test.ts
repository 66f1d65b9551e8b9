import { join } from 'node:path'
import { LevelStore } from '../../../packages/node/src/storage/level-store.ts'
import { describeOrderedStore } from './describe-ordered-store.ts'
import { temporaryDirectory } from './temporary-directory.ts'

describeOrderedStore('LevelStore', async () => {
  const directory = await temporaryDirectory()
  return { open: () => LevelStore.open(join(directory, 'store')) }
})
