import type { NodeOptions } from '@hcfs/node'
import { parseEmbedderSpec } from '@hcfs/node'
import type { NodeSettings } from './node-settings.ts'

/** What `openNode` takes for what the settings say. */
export function searchOptionsOf({ search = 'on', embedder }: NodeSettings): Pick<NodeOptions, 'search'> {
  if (search === 'off') return { search: false }
  if (search === 'words') return { search: { vectors: false } }
  return embedder === undefined ? {} : { search: { embedder: parseEmbedderSpec(embedder) } }
}
