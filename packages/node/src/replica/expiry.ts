import { createHash } from 'node:crypto'
import type { ContextContent } from '@hcfs/core'

/** When the context stops being shown, in milliseconds; `undefined` when it never does. */
export function expiresAtMs(content: ContextContent): number | undefined {
  const { expires } = content.meta
  if (typeof expires !== 'string') return undefined
  const time = Date.parse(expires)
  return Number.isNaN(time) ? undefined : time
}

/** Names the value of `expires` that an expire entry acts on, so that a later, longer life is not cut short by it. */
export function expiresHash(content: ContextContent): string {
  return createHash('sha256').update(String(content.meta['expires'])).digest('hex')
}

/** Reads hide an expired context at once; the entry that says so may follow later. */
export function isExpired(content: ContextContent, nowMs: number): boolean {
  const atMs = expiresAtMs(content)
  return atMs !== undefined && atMs <= nowMs
}
