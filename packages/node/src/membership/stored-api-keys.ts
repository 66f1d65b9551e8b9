import type { ContextPath, MemberRole } from '@hcfs/core'
import { parsePath } from '@hcfs/core'
import { directoryDamaged } from '../storage/own-records.ts'

/** A key as the store has it. */
export interface StoredApiKey {
  readonly id: string
  readonly name: string
  readonly role: MemberRole
  readonly under: ContextPath
  /** SHA-256 of the key, in hexadecimal. */
  readonly hash: string
  readonly createdAtMs: number
  readonly expiresAtMs?: number
  readonly rotatedTo?: string
}

export function encodeApiKeys(stored: Iterable<StoredApiKey>): string {
  return JSON.stringify({ format: 1, keys: [...stored] })
}

/** No record is no keys. A record that cannot be read is damage: an unreadable revocation must not let anybody in. */
export function decodeApiKeys(text: string | undefined): ReadonlyMap<string, StoredApiKey> {
  if (text === undefined) return new Map()
  try {
    const { format, keys }: { format?: unknown; keys?: unknown } = JSON.parse(text)
    if (format !== 1 || !Array.isArray(keys)) throw new TypeError('not the record of API keys')
    return new Map(keys.map(storedKey).map((stored) => [stored.id, stored]))
  } catch (error) {
    throw directoryDamaged('api-keys', error)
  }
}

function storedKey(value: Readonly<Record<string, unknown>>): StoredApiKey {
  const { id, name, role, under, hash, createdAtMs, expiresAtMs, rotatedTo } = value
  if (typeof id !== 'string' || typeof name !== 'string' || typeof under !== 'string' || typeof hash !== 'string') {
    throw new TypeError('a key lacks a member')
  }
  if (role !== 'read' && role !== 'write' && role !== 'admin') throw new TypeError('a key has no role')
  if (typeof createdAtMs !== 'number') throw new TypeError('a key has no date')
  if (expiresAtMs !== undefined && typeof expiresAtMs !== 'number') throw new TypeError('a key ends at no date')
  return {
    id,
    name,
    role,
    under: parsePath(under),
    hash,
    createdAtMs,
    ...(expiresAtMs !== undefined && { expiresAtMs }),
    ...(typeof rotatedTo === 'string' && { rotatedTo })
  }
}
