import type { IncomingMessage, ServerResponse } from 'node:http'
import { localhostHostValidation, localhostOriginValidation, toNodeHandler } from '@modelcontextprotocol/node'
import type { McpServerFactory } from '@modelcontextprotocol/server'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { followChanges } from '../resources/change-feed.ts'
import type { McpComponents, McpOptions } from './mcp-sessions.ts'
import { serverFactory } from './mcp-sessions.ts'

/** MCP over streamable HTTP, to be mounted at one address of a server. */
export interface McpHttpFace {
  /** Answers one request; never rejects. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
  /** Ends open streams. Safe to call twice. */
  close(): Promise<void>
}

/**
 * Stateless: each request has a server of its own, so any number of clients costs
 * nothing between requests. Whoever mounts it checks who asks, and gives each
 * credential a face over the node as that credential may see it, where `under` is all that it may follow.
 */
export function createMcpHttpFace(
  components: McpComponents,
  options: McpOptions & Pick<HttpFaceOptions, 'isLoopbackOnly'> & { readonly under?: string }
): McpHttpFace {
  const { node, log } = components
  const { isLoopbackOnly = false, under = '/' } = options
  const onerror = (error: Error): void => log.warn('mcp-request-refused', { error: error.message })
  const { face, listener } = httpFaceOf(serverFactory(components, options), { onerror, isLoopbackOnly })
  const stopped = new AbortController()
  const following = followChanges({ node, log, listener, under }, stopped.signal)
  return {
    handle: face.handle,
    close: async () => {
      stopped.abort()
      await face.close()
      await following
    }
  }
}

export interface HttpFaceOptions {
  readonly onerror: (error: Error) => void
  /** Refuses requests that a web page could have made a browser send: for sockets that anything on the machine reaches. */
  readonly isLoopbackOnly?: boolean
}

/** The plumbing under the face, for any server: the conformance tests run on it. */
export function httpFaceOf(factory: McpServerFactory, { onerror, isLoopbackOnly = false }: HttpFaceOptions) {
  const handler = createMcpHandler(factory, { onerror })
  const handleNode = toNodeHandler(handler, { onerror })
  const guards = isLoopbackOnly ? [localhostHostValidation(), localhostOriginValidation()] : []
  const face: McpHttpFace = {
    handle: async (request, response) => {
      // A guard that refuses has answered already.
      if (!guards.every((mayPass) => mayPass(request, response))) return
      await handleNode(request as Parameters<typeof handleNode>[0], response)
    },
    close: () => handler.close()
  }
  return { face, listener: handler.notify }
}
