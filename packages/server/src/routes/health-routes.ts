import { HcfsError } from '@hcfs/core'
import type { App } from '../app.ts'
import type { ServedNode } from '../served-node.ts'

/** For whoever watches processes. They say nothing of what the node holds, and ask for no key. */
export function registerHealthRoutes({ app, node }: { app: App; node: ServedNode }): void {
  app.get('/healthz', () => ({ ok: true }))
  app.get('/readyz', async () => {
    const { search } = await node.status()
    const isReady = search === undefined || search.state === 'following'
    if (isReady) return { ready: true }
    throw new HcfsError('INDEX_UNAVAILABLE', `The search index is ${search.state}; contexts are served already`)
  })
}
