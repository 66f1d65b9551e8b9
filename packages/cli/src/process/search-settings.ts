import type { NodeOptions } from '@hcfs/node'
import { parseEmbedderSpec, parseRerankerSpec } from '@hcfs/node'
import type { NodeSettings } from './node-settings.ts'

/** What `openNode` takes for what the settings say. */
export function searchOptionsOf({ search = 'on', embedder, reranker }: NodeSettings): Pick<NodeOptions, 'search'> {
  if (search === 'off') return { search: false }
  const ranked = reranker === undefined ? {} : { reranker: parseRerankerSpec(reranker) }
  if (search === 'words') return { search: { ...ranked, vectors: false } }
  return { search: { ...ranked, ...(embedder !== undefined && { embedder: parseEmbedderSpec(embedder) }) } }
}
