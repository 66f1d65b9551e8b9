import type { ContextPath } from '../paths/context-path.ts'
import type { CallOptions } from './contexts-api.ts'
import type { MemberRole } from './network.ts'

/** What is known of an API key. Never the key itself: of that only a hash is kept. */
export interface ApiKeyInfo {
  readonly id: string
  /** Shown as `by.agent` with what is written by this key, unless the caller says more. */
  readonly name: string
  readonly role: MemberRole
  /** The only subtree that the key reaches. */
  readonly under: ContextPath
  /** ISO 8601. */
  readonly createdAt: string
  /** ISO 8601: from then on the key is refused. Absent: never. */
  readonly expiresAt?: string
  readonly state: 'active' | 'expired'
  /** The key that takes its place. */
  readonly rotatedTo?: string
}

/** The only time that the key itself is told. */
export interface CreatedApiKey extends ApiKeyInfo {
  readonly key: string
}

export interface CreateApiKeyRequest extends CallOptions {
  readonly role: MemberRole
  /** @default '/' */
  readonly under?: string
  /** @default 'key-' and the beginning of its id */
  readonly name?: string
  /** @default never */
  readonly expiresInMs?: number
}

export interface RotateApiKeyOptions extends CallOptions {
  /** How long the old key goes on working beside the new one. @default 1 day */
  readonly overlapMs?: number
}

/** The keys with which programs come to a node over the network. They narrow what the node itself may do. */
export interface ApiKeysApi {
  create(request: CreateApiKeyRequest): Promise<CreatedApiKey>
  list(options?: CallOptions): Promise<readonly ApiKeyInfo[]>
  /** A new key with the name, role and subtree of an old one, which ends after the overlap. */
  rotate(id: string, options?: RotateApiKeyOptions): Promise<CreatedApiKey>
  /** Takes effect at once. */
  revoke(id: string, options?: CallOptions): Promise<void>
}
