import type { ApiKeyInfo, Clock, CreateApiKeyRequest } from '@hcfs/core'
import { SystemClock, silentLogger } from '@hcfs/core'
import type { HcfsNode, OpenNodeOptions } from '@hcfs/node'
import { openNode } from '@hcfs/node'
import type { ServerOptions } from '@hcfs/server'
import { createServer } from '@hcfs/server'
import { expect, onTestFinished, vi } from 'vitest'
import WebSocket from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'

export interface LiveNode {
  readonly node: HcfsNode
  /** `http://…` and `ws://…` of its network face. */
  readonly url: string
  readonly socketUrl: string
  key(request?: Partial<CreateApiKeyRequest>): Promise<ApiKeyInfo & { readonly key: string }>
  close(): Promise<void>
}

export interface LiveNodeOptions extends ServerOptions {
  readonly isOpenWithoutKey?: boolean
  readonly clock?: Clock
  readonly port?: number
  readonly opened?: OpenNodeOptions
  /** By words. */
  readonly withSearch?: boolean
}

/** A node that serves editors on a port of this machine; it ends with the test. */
export async function serveLive(options: LiveNodeOptions = {}): Promise<LiveNode> {
  const {
    isOpenWithoutKey = true,
    clock = new SystemClock(),
    port = 0,
    opened,
    withSearch = false,
    ...serverOptions
  } = options
  const node = await openNode({ ...(opened ?? { memory: true }), ...(!withSearch && { search: false }), clock })
  const components = { node, editors: node.editors, apiKeys: node.keys, clock, log: silentLogger, stop: () => {} }
  const server = createServer(components, serverOptions)
  const close = async (): Promise<void> => {
    await server.close()
    await node.close()
  }
  onTestFinished(close)
  const { url } = await server.listenHttp({ host: '127.0.0.1', port, isOpenWithoutKey })
  return {
    ...{ node, url, close },
    socketUrl: url.replace('http', 'ws'),
    key: (request = {}) => node.keys.create({ role: 'admin', ...request })
  }
}

export interface Editor {
  readonly doc: Y.Doc
  readonly text: Y.Text
  readonly provider: WebsocketProvider
  /** How the connection was closed for good. */
  readonly closed: Promise<{ code: number; reason: string }>
}

export interface EditorOptions {
  readonly key?: string
  readonly params?: Record<string, string>
  readonly doc?: Y.Doc
}

/** An editor as a page has it: the client package as it is. */
export function openEditor(
  { socketUrl }: Pick<LiveNode, 'socketUrl'>,
  path: string,
  options: EditorOptions = {}
): Editor {
  const { key, params = {}, doc = new Y.Doc() } = options
  class WithKey extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } })
    }
  }
  const provider = new WebsocketProvider(`${socketUrl}/v1/yjs`, path.slice(1), doc, {
    ...polyfillOf(WithKey),
    disableBc: true,
    maxBackoffTime: 50,
    params
  })
  const closed = new Promise<{ code: number; reason: string }>((resolve) => provider.on('closed', resolve))
  onTestFinished(() => {
    provider.destroy()
    doc.destroy()
  })
  return { doc, text: doc.getText('body'), provider, closed }
}

/** `ws` does all that the client uses of a browser's class, and its types differ in what it does not use. */
function polyfillOf(made: unknown): { WebSocketPolyfill?: typeof globalThis.WebSocket } {
  return isPolyfill(made) ? { WebSocketPolyfill: made } : {}
}

function isPolyfill(made: unknown): made is typeof globalThis.WebSocket {
  return typeof made === 'function'
}

export async function synced(...editors: readonly Editor[]): Promise<void> {
  await eventually(() => expect(editors.every(({ provider }) => provider.synced)).toBe(true))
}

/** With a deadline, for what other parties do. */
export async function eventually<Result>(check: () => Result | Promise<Result>): Promise<Result> {
  return vi.waitFor(check, { timeout: 10_000, interval: 5 })
}

/** The editors and the context have this text, all of them. */
export async function haveAll(
  text: string,
  { node, path }: { node: HcfsNode; path: string },
  ...editors: readonly Editor[]
): Promise<void> {
  await eventually(async () => {
    expect((await node.contexts.get(path)).body).toBe(text)
    for (const editor of editors) expect(editor.text.toString()).toBe(text)
  })
}
