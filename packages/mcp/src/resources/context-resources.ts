import type { Context, ContextPath } from '@hcfs/core'
import { hasErrorCode, parsePath } from '@hcfs/core'
import type { McpServer } from '@modelcontextprotocol/server'
import { ResourceNotFoundError, ResourceTemplate } from '@modelcontextprotocol/server'
import { MCP_LIMITS } from '../mcp-limits.ts'
import type { McpNode } from '../mcp-node.ts'
import { contextUri, pathOfUri } from './context-uri.ts'

/** Every context as a resource `hcfs://{path}`: its body as text. */
export function registerContextResources(server: McpServer, node: McpNode): void {
  const template = new ResourceTemplate('hcfs://{+path}', {
    list: async ({ mcpReq: { signal } }) => ({ resources: await listedResources(node, signal) }),
    complete: { path: (value) => completedPaths(node, value) }
  })
  const config = {
    title: 'A context',
    description: 'The text of the context at a path, such as hcfs:///projects/apollo/notes',
    mimeType: 'text/markdown',
    // Anybody may write at any time.
    cacheHint: { ttlMs: 0, cacheScope: 'private' } as const
  }
  server.registerResource('context', template, config, async (uri, _variables, { mcpReq: { signal } }) => {
    const path = pathIn(uri.href)
    const context = await contextAt(node, path, signal).catch((error: unknown) => {
      if (hasErrorCode(error, 'CONTEXT_NOT_FOUND')) throw new ResourceNotFoundError(uri.href)
      throw error
    })
    return {
      contents: [
        {
          uri: contextUri(path),
          mimeType: 'text/markdown',
          text: context.body,
          _meta: { 'hcfs/version': context.version }
        }
      ]
    }
  })
}

function pathIn(uri: string): ContextPath {
  try {
    return pathOfUri(uri)
  } catch {
    throw new ResourceNotFoundError(uri)
  }
}

function contextAt({ contexts }: McpNode, path: ContextPath, signal: AbortSignal): Promise<Context> {
  return contexts.get(path, { signal })
}

/** The first ones; the rest is found by template, completion and tools. */
async function listedResources({ contexts }: McpNode, signal: AbortSignal) {
  const resources: { uri: string; name: string; title?: string; mimeType: string; size?: number }[] = []
  for await (const entry of contexts.list('/', { recursive: true, limit: MCP_LIMITS.listedResourcesMax, signal })) {
    if (!entry.isContext) continue
    const { path, title, bodyBytes } = entry
    resources.push({
      uri: contextUri(path),
      name: path,
      mimeType: 'text/markdown',
      ...(title !== undefined && { title }),
      ...(bodyBytes !== undefined && { size: bodyBytes })
    })
  }
  return resources
}

/** Paths that go on from what was typed. */
export async function completedPaths({ contexts }: McpNode, typed: string): Promise<string[]> {
  const text = typed.startsWith('/') ? typed : `/${typed}`
  const parent = text.slice(0, text.lastIndexOf('/'))
  const found: string[] = []
  try {
    for await (const { path } of contexts.list(parsePath(parent === '' ? '/' : parent))) {
      if (path.startsWith(text)) found.push(typed.startsWith('/') ? path : path.slice(1))
      if (found.length >= MCP_LIMITS.completionsMax) break
    }
  } catch (error) {
    // Half a path is often none.
    if (!hasErrorCode(error, 'PATH_INVALID') && !hasErrorCode(error, 'CONTEXT_NOT_FOUND')) throw error
  }
  return found
}
