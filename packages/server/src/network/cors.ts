import type { App } from '../app.ts'

const METHODS = 'GET, HEAD, PUT, PATCH, DELETE, POST'
const PREFLIGHT_AGE_S = 600
/** What pages may read beside the body. */
const SHOWN_HEADERS = [
  'etag',
  'hcfs-token',
  'hcfs-content-sha256',
  'idempotent-replayed',
  'preference-applied',
  'retry-after',
  'www-authenticate',
  'x-request-id',
  'mcp-session-id'
].join(', ')

/** Exact origins, such as `https://app.example.org`: a pattern would let in whoever can register a name. */
export function checkedOrigins(origins: readonly string[]): readonly string[] {
  for (const origin of origins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw new TypeError(`corsOrigins takes origins such as https://app.example.org, not ${origin}`)
    }
  }
  return origins
}

/**
 * Lets pages of some origins call from browsers. Before who asks is looked at: a browser asks for leave
 * without the key. Leave is no credential; a call without a key is refused all the same.
 */
export function registerCors(app: App, { corsOrigins }: { corsOrigins: readonly string[] }): void {
  const allowed = new Set(corsOrigins)
  if (allowed.size === 0) return
  app.addHook('onRequest', async ({ method, headers }, reply) => {
    reply.header('vary', 'origin')
    const { origin } = headers
    if (origin === undefined || !allowed.has(origin)) return
    reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', SHOWN_HEADERS)
    if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return
    const wanted = headers['access-control-request-headers']
    if (typeof wanted === 'string') reply.header('access-control-allow-headers', wanted)
    return reply
      .header('access-control-allow-methods', METHODS)
      .header('access-control-max-age', String(PREFLIGHT_AGE_S))
      .code(204)
      .send()
  })
}
