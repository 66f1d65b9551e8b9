import { join } from 'node:path'
import { openNode } from '@hcfs/node'
import { benchFolder, openRawStore } from './raw-store.ts'
import { sampleBody } from './sample-context.ts'
import { SAMPLE_PARTS, samplePath } from './sample-node.ts'
import type { OpenSuite, Suite } from './suite.ts'

const RAW_VALUE = sampleBody(1_024)

/** From the call of a put to the moment at which every watcher has seen the change. */
export const nodeWatchSuite: Suite = {
  name: 'node-watch',
  unit: 'watchers',
  sizes: [1, 64],
  open: openNodeWatchSuite
}

async function openNodeWatchSuite(watcherCount: number): Promise<OpenSuite> {
  const folder = await benchFolder()
  const raw = await openRawStore(join(folder.path, 'raw'))
  const node = await openNode({ dir: join(folder.path, 'node') })
  const stop = new AbortController()
  const watchers = Array.from({ length: watcherCount }, () =>
    node.contexts.watch('/', { signal: stop.signal, from: 0 })[Symbol.asyncIterator]()
  )
  let puts = 0
  const nextIndex = (): number => {
    puts += 1
    return puts
  }
  const put = () => node.contexts.put(samplePath(nextIndex()), SAMPLE_PARTS)
  return {
    rows: [
      {
        name: 'put until all watchers saw it',
        run: async () => {
          const seen = watchers.map((watcher) => watcher.next())
          await Promise.all([put(), ...seen])
        },
        floor: {
          name: 'raw synced put',
          run: () => raw.put(`raw/${String(nextIndex()).padStart(12, '0')}`, RAW_VALUE, { sync: true })
        }
      }
    ],
    close: async () => {
      stop.abort()
      await Promise.all(watchers.map((watcher) => watcher.return?.()))
      await node.close()
      await raw.close()
      await folder.remove()
    }
  }
}
