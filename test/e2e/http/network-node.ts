import type { ApiKeyInfo, Clock, CreateApiKeyRequest } from '@hcfs/core'
import { SystemClock, silentLogger } from '@hcfs/core'
import type { HcfsNode } from '@hcfs/node'
import { openNode } from '@hcfs/node'
import type { ConnectUrlOptions } from '@hcfs/sdk'
import { connect } from '@hcfs/sdk'
import type { Server, ServerComponents, ServerOptions } from '@hcfs/server'
import { createServer } from '@hcfs/server'
import { onTestFinished } from 'vitest'

export interface NetworkNode {
  readonly node: HcfsNode
  readonly url: string
  readonly server: Server
  /** A new API key. */
  key(request?: Partial<CreateApiKeyRequest>): Promise<ApiKeyInfo & { readonly key: string }>
  /** A call as any program could send it, with a key unless there is none. */
  ask(target: string, options?: RequestInit & { readonly key?: string | undefined }): Promise<Response>
}

export interface NetworkNodeOptions extends ServerOptions {
  readonly isOpenWithoutKey?: boolean
  readonly clock?: Clock
  /** What else the server is made of. */
  readonly components?: Partial<ServerComponents>
}

/** A node in memory that serves a port of this machine; it ends with the test. */
export async function serveNetwork(options: NetworkNodeOptions = {}): Promise<NetworkNode> {
  const { isOpenWithoutKey = false, clock = new SystemClock(), components: others, ...serverOptions } = options
  const node = await openNode({ memory: true, clock })
  const components = { node, apiKeys: node.keys, clock, log: silentLogger, stop: () => {}, ...others }
  const server = createServer(components, serverOptions)
  onTestFinished(async () => {
    await server.close()
    await node.close()
  })
  const { url } = await server.listenHttp({ host: '127.0.0.1', port: 0, isOpenWithoutKey })
  return {
    node,
    url,
    server,
    key: (request = {}) => node.keys.create({ role: 'admin', ...request }),
    ask: (target, { key, headers, ...init } = {}) =>
      fetch(url + target, { ...init, headers: { ...(key && { authorization: `Bearer ${key}` }), ...headers } })
  }
}

/** A client over the network face of a new node, with a key for everything. */
export async function connectOverNetwork(options: Partial<ConnectUrlOptions> = {}) {
  const { url, key } = await serveNetwork()
  const client = await connect({ url, key: (await key()).key, ...options })
  onTestFinished(() => client.close())
  return client
}
