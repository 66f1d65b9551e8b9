import { SystemClock } from '@hcfs/core'
import type { McpServer } from '@modelcontextprotocol/server'
import type { McpNode } from '../mcp-node.ts'
import { GraphStore } from '../memory/graph-store.ts'

export const GRAPH_URI = 'memory://knowledge-graph'

/** The whole graph, as the reference memory server offers it. */
export function registerGraphResource(server: McpServer, { contexts }: McpNode): void {
  const config = { title: 'Knowledge graph', description: 'All entities and relations', mimeType: 'application/json' }
  server.registerResource('knowledge-graph', GRAPH_URI, config, async (uri, { mcpReq: { signal } }) => {
    const store = new GraphStore({ contexts, clock: new SystemClock(), by: {}, signal, onWritten: () => {} })
    const text = JSON.stringify(await store.read(), undefined, 2)
    return { contents: [{ uri: uri.href, mimeType: 'application/json', text }] }
  })
}
