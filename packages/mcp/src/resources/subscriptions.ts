import type { McpServer } from '@modelcontextprotocol/server'
import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server'
import { MCP_LIMITS } from '../mcp-limits.ts'
import type { ChangeListener } from './change-feed.ts'

/** What one client of 2025 follows. Newer clients are filtered by the library. */
export class Subscriptions implements ChangeListener {
  readonly #server: McpServer
  readonly #uris = new Set<string>()

  constructor(server: McpServer) {
    this.#server = server
    server.server.setRequestHandler('resources/subscribe', ({ params: { uri } }) => {
      if (this.#uris.size >= MCP_LIMITS.subscriptionsMax) {
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'Too many subscriptions; unsubscribe from some first')
      }
      this.#uris.add(uri)
      return {}
    })
    server.server.setRequestHandler('resources/unsubscribe', ({ params: { uri } }) => {
      this.#uris.delete(uri)
      return {}
    })
  }

  resourceUpdated(uri: string): void {
    if (this.#uris.has(uri)) void this.#server.server.sendResourceUpdated({ uri }).catch(() => this.#uris.delete(uri))
  }

  resourcesChanged(): void {
    this.#server.sendResourceListChanged()
  }
}
