import type { IncomingMessage } from 'node:http'
import type { ApiKeyInfo, ContextPath } from '@hcfs/core'
import { HcfsError, ROOT_PATH } from '@hcfs/core'
import type { App } from '../app.ts'
import type { ServedNode } from '../served-node.ts'
import type { Access } from './access.ts'
import { ScopedNode } from './scoped-node.ts'

/** The node as the sender of a request may use it. */
export type NodeOf = (request: IncomingMessage) => ServedNode

/** Tells what the bearer of a key may do. */
export interface KeyCheck {
  authenticate(key: string): ApiKeyInfo | undefined
}

export interface CallersComponents {
  app: App
  node: ServedNode
  apiKeys: KeyCheck
}

export interface CallersOptions {
  /** Serves callers of this machine also without a key. Whoever else runs programs on it is one of them. */
  isOpenWithoutKey: boolean
  /** What stands for a key where a browser cannot send one; good for one request. */
  tickets?: { redeem(ticket: string): Access | undefined }
}

export interface Callers {
  readonly nodeOf: NodeOf
  readonly accessOf: (request: IncomingMessage) => Access | undefined
}

const OPEN_ACCESS: Access = { id: 'loopback', role: 'admin', under: ROOT_PATH satisfies ContextPath }

/** Say nothing of what the node holds. */
const PUBLIC_ADDRESSES: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/openapi.json', '/docs'])

/** Looks at the credential of every request of an app before anything else does. */
export function registerCallers({ app, node, apiKeys }: CallersComponents, options: CallersOptions): Callers {
  const accesses = new WeakMap<IncomingMessage, Access>()
  const nodes = new WeakMap<IncomingMessage, ServedNode>()
  app.addHook('onRequest', async ({ raw, routeOptions }, reply) => {
    if (options.isOpenWithoutKey) assertFromHere(raw)
    if (isPublic(routeOptions.url)) return
    const access = ticketAccess(raw, options) ?? accessOf(raw, apiKeys, options)
    if (access instanceof HcfsError) {
      reply.header('www-authenticate', 'Bearer')
      throw access
    }
    accesses.set(raw, access)
    nodes.set(raw, new ScopedNode({ node }, access))
  })
  return {
    nodeOf: (raw) => {
      const scoped = nodes.get(raw)
      if (scoped === undefined) throw keyRequired()
      return scoped
    },
    accessOf: (raw) => accesses.get(raw)
  }
}

function isPublic(url: string | undefined): boolean {
  return url !== undefined && (PUBLIC_ADDRESSES.has(url) || url.startsWith('/docs/'))
}

/** Only where a WebSocket is opened: an address is easily passed on. */
function ticketAccess({ url = '', headers }: IncomingMessage, { tickets }: CallersOptions): Access | undefined {
  if (tickets === undefined || headers.upgrade?.toLowerCase() !== 'websocket') return undefined
  const ticket = new URLSearchParams(url.split('?')[1] ?? '').get('ticket')
  if (ticket === null) return undefined
  const access = tickets.redeem(ticket)
  if (access !== undefined) return access
  throw new HcfsError('KEY_REFUSED', 'This ticket is unknown, used or older than a minute; ask for another')
}

function accessOf(
  { headers }: IncomingMessage,
  apiKeys: KeyCheck,
  { isOpenWithoutKey }: CallersOptions
): Access | HcfsError {
  const { authorization } = headers
  if (authorization === undefined) return isOpenWithoutKey ? OPEN_ACCESS : keyRequired()
  const [, key = ''] = /^Bearer ([\x21-\x7e]{1,256})$/i.exec(authorization) ?? []
  const info = apiKeys.authenticate(key)
  if (info === undefined) {
    return new HcfsError('KEY_REFUSED', 'This key is unknown here, has expired or was revoked; make a new one')
  }
  return { id: info.id, agent: info.name, role: info.role, under: info.under }
}

function keyRequired(): HcfsError {
  return new HcfsError('KEY_REQUIRED', 'Send an API key as authorization: Bearer KEY; hcfs key create makes one')
}

/** Without a key a web page could come by a name that leads here, or send what the browser does not ask about. */
function assertFromHere({ headers }: IncomingMessage): void {
  const { host = '', origin } = headers
  const isHere = isLoopbackHost(host) && (origin === undefined || isLoopbackOrigin(origin))
  if (isHere) return
  throw new HcfsError('HOST_REFUSED', 'Without a key this node answers only as 127.0.0.1 or localhost')
}

function isLoopbackOrigin(origin: string): boolean {
  const [, host = ''] = /^https?:\/\/([^/]+)$/.exec(origin) ?? []
  return isLoopbackHost(host)
}

function isLoopbackHost(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i.test(host)
}
