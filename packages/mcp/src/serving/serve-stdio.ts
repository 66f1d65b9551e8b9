import type { Readable, Writable } from 'node:stream'
import type { Transport } from '@modelcontextprotocol/server'
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio'
import { followChanges } from '../resources/change-feed.ts'
import { Subscriptions } from '../resources/subscriptions.ts'
import type { McpComponents, McpOptions, OnServer } from './mcp-sessions.ts'
import { serverFactory } from './mcp-sessions.ts'

export interface McpStreams {
  readonly stdin: Readable
  readonly stdout: Writable
}

/** Serves one client over a pair of streams until it goes or the signal falls. */
export async function serveMcpOverStdio(
  components: McpComponents,
  options: McpOptions & McpStreams,
  signal: AbortSignal
): Promise<void> {
  const { log } = components
  const ended = Promise.withResolvers<void>()
  const stopped = new AbortController()
  const transport: Transport = new StdioServerTransport(options.stdin, options.stdout)
  const onServer: OnServer = (server, era) => {
    const listener =
      era === 'legacy'
        ? new Subscriptions(server)
        : {
            // The library passes on only what the client listens to.
            resourceUpdated: (uri: string) => void server.server.sendResourceUpdated({ uri }).catch(() => {}),
            resourcesChanged: () => server.sendResourceListChanged()
          }
    void followChanges({ node: components.node, log, listener }, stopped.signal)
  }
  const handle = serveStdio(serverFactory(components, options, onServer), {
    transport,
    onerror: (error) => log.warn('mcp-message-refused', { error: error.message })
  })
  // The client ends the connection by closing its side.
  for (const event of ['end', 'close', 'error']) options.stdin.once(event, () => ended.resolve())
  options.stdout.once('error', () => ended.resolve())
  signal.addEventListener('abort', () => ended.resolve(), { once: true })
  if (signal.aborted) ended.resolve()
  try {
    await ended.promise
  } finally {
    stopped.abort()
    await handle.close()
  }
}
