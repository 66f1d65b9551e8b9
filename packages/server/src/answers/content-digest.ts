import { sha256Hex } from '@hcfs/core'
import type { App } from '../app.ts'

/** Before whatever compresses: the hash is of the JSON itself, which is what a client has in the end. */
export function registerContentDigest(app: App): void {
  app.addHook('onSend', ({ headers }, reply, payload, done) => {
    if (headers['hcfs-want-digest'] === 'sha-256' && typeof payload === 'string') {
      reply.header('hcfs-content-sha256', sha256Hex(new TextEncoder().encode(payload)))
    }
    done(null, payload)
  })
}
