import type {
  ApiKeyInfo,
  ApiKeysApi,
  Clock,
  ContextPath,
  CreateApiKeyRequest,
  CreatedApiKey,
  MemberRole,
  Random,
  RotateApiKeyOptions
} from '@hcfs/core'
import { bytesToHex, HcfsError, parsePath, sha256Hex } from '@hcfs/core'
import { keys } from '../storage/keys.ts'
import type { OrderedStore } from '../storage/ordered-store.ts'
import type { StoredApiKey } from './stored-api-keys.ts'
import { decodeApiKeys, encodeApiKeys } from './stored-api-keys.ts'

export interface ApiKeysComponents {
  store: Pick<OrderedStore, 'getTextSync' | 'batch'>
  clock: Pick<Clock, 'now'>
  /** Has to be fit for keys. */
  random: Random
}

const KEYS_MAX = 1_024
const ID_BYTES = 8
const SECRET_BYTES = 32
const NAME_LENGTH_MAX = 128
const OVERLAP_DEFAULT_MS = 24 * 60 * 60 * 1_000
const KEY_PATTERN = /^hcfs_([0-9a-f]{16})_[0-9a-f]{64}$/
/** Later times are no dates. */
const TIME_MS_MAX = 8_640_000_000_000_000

/**
 * The API keys of a node.
 *
 * 1. Of a key its hash is stored, never the key. A key has 256 random bits, so a
 *    plain hash of it cannot be turned back.
 * 2. A change is on the disk before it is told, and takes effect at once.
 * 3. A key never does more than its role below its path; what it narrows is the node's own right.
 */
export class ApiKeys implements ApiKeysApi {
  readonly #components: ApiKeysComponents
  #known: ReadonlyMap<string, StoredApiKey>
  #lastChange: Promise<unknown> = Promise.resolve()

  constructor(components: ApiKeysComponents) {
    this.#components = components
    this.#known = decodeApiKeys(components.store.getTextSync(keys.meta('api-keys')))
  }

  async create({ role, under = '/', name, expiresInMs, signal }: CreateApiKeyRequest): Promise<CreatedApiKey> {
    signal?.throwIfAborted()
    const scope = { role: checkedRole(role), under: parsePath(under) }
    const checked = name === undefined ? undefined : checkedName(name)
    const expiresAtMs = expiresInMs === undefined ? undefined : this.#later('expiresInMs', expiresInMs)
    return this.#change((known) => {
      const made = this.#newKey({ ...scope, name: checked, expiresAtMs })
      known.set(made.stored.id, made.stored)
      return this.#told(made)
    })
  }

  async list(): Promise<readonly ApiKeyInfo[]> {
    return [...this.#known.values()].map((stored) => this.#infoOf(stored))
  }

  async rotate(
    id: string,
    { overlapMs = OVERLAP_DEFAULT_MS, signal }: RotateApiKeyOptions = {}
  ): Promise<CreatedApiKey> {
    signal?.throwIfAborted()
    const endMs = this.#later('overlapMs', overlapMs)
    return this.#change((known) => {
      const old = known.get(id)
      if (old === undefined || this.#isExpired(old)) throw keyUnknown(id)
      const { role, under, name, createdAtMs, expiresAtMs } = old
      // What was to last for a time lasts as long again.
      const lifeMs = expiresAtMs === undefined ? undefined : expiresAtMs - createdAtMs
      const nextEnd = lifeMs === undefined ? undefined : this.#later('expiresInMs', lifeMs)
      const made = this.#newKey({ role, under, name, expiresAtMs: nextEnd })
      known.set(id, { ...old, expiresAtMs: Math.min(endMs, expiresAtMs ?? endMs), rotatedTo: made.stored.id })
      known.set(made.stored.id, made.stored)
      return this.#told(made)
    })
  }

  async revoke(id: string): Promise<void> {
    await this.#change((known) => {
      if (!known.delete(id)) throw keyUnknown(id)
    })
  }

  /** What the bearer of a key may do; `undefined` for a key that is unknown, expired or revoked. */
  authenticate(key: string): ApiKeyInfo | undefined {
    const [, id = ''] = KEY_PATTERN.exec(key) ?? []
    const stored = this.#known.get(id)
    if (stored === undefined || this.#isExpired(stored)) return undefined
    // Hashes are compared, so the time that it takes says nothing of the key.
    return stored.hash === hashOf(key) ? this.#infoOf(stored) : undefined
  }

  /** One change after the other, so that none writes over another. */
  #change<Result>(change: (known: Map<string, StoredApiKey>) => Result): Promise<Result> {
    const changed = this.#lastChange.then(async () => {
      const known = new Map(this.#known)
      const result = change(known)
      for (const stored of known.values()) if (known.size > KEYS_MAX && this.#isExpired(stored)) known.delete(stored.id)
      if (known.size > KEYS_MAX) throw keysTooMany()
      const operation = { type: 'put', key: keys.meta('api-keys'), value: encodeApiKeys(known.values()) } as const
      await this.#components.store.batch([operation], { sync: true })
      this.#known = known
      return result
    })
    this.#lastChange = changed.catch(() => {})
    return changed
  }

  #newKey({ role, under, name, expiresAtMs }: NewKey): MadeKey {
    const { random, clock } = this.#components
    const id = bytesToHex(random.bytes(ID_BYTES))
    const key = `hcfs_${id}_${bytesToHex(random.bytes(SECRET_BYTES))}`
    const stored: StoredApiKey = {
      id,
      name: name ?? `key-${id}`,
      role,
      under,
      hash: hashOf(key),
      createdAtMs: clock.now(),
      ...(expiresAtMs !== undefined && { expiresAtMs })
    }
    return { key, stored }
  }

  #told({ key, stored }: MadeKey): CreatedApiKey {
    return { ...this.#infoOf(stored), key }
  }

  #infoOf(stored: StoredApiKey): ApiKeyInfo {
    const { id, name, role, under, createdAtMs, expiresAtMs, rotatedTo } = stored
    return {
      id,
      name,
      role,
      under,
      createdAt: new Date(createdAtMs).toISOString(),
      state: this.#isExpired(stored) ? 'expired' : 'active',
      ...(expiresAtMs !== undefined && { expiresAt: new Date(expiresAtMs).toISOString() }),
      ...(rotatedTo !== undefined && { rotatedTo })
    }
  }

  #isExpired({ expiresAtMs }: StoredApiKey): boolean {
    return expiresAtMs !== undefined && expiresAtMs <= this.#components.clock.now()
  }

  #later(name: string, durationMs: number): number {
    const atMs = this.#components.clock.now() + durationMs
    if (Number.isSafeInteger(durationMs) && durationMs >= 0 && atMs <= TIME_MS_MAX) return atMs
    throw new HcfsError('BAD_REQUEST', `${name} is a whole number of milliseconds from 0, within what a date can be`)
  }
}

interface NewKey {
  readonly role: MemberRole
  readonly under: ContextPath
  readonly name: string | undefined
  readonly expiresAtMs: number | undefined
}

interface MadeKey {
  readonly key: string
  readonly stored: StoredApiKey
}

function hashOf(key: string): string {
  return sha256Hex(new TextEncoder().encode(key))
}

function checkedRole(role: unknown): MemberRole {
  if (role === 'read' || role === 'write' || role === 'admin') return role
  throw new HcfsError('BAD_REQUEST', 'The role of a key is read, write or admin')
}

function checkedName(name: string): string {
  if (name.isWellFormed() && name.trim() !== '' && name.length <= NAME_LENGTH_MAX) return name
  throw new HcfsError('BAD_REQUEST', `The name of a key has 1 to ${NAME_LENGTH_MAX} characters`)
}

function keyUnknown(id: string): HcfsError {
  return new HcfsError('KEY_UNKNOWN', 'There is no such key; hcfs key list shows their ids', {
    details: { id: id.slice(0, NAME_LENGTH_MAX) }
  })
}

function keysTooMany(): HcfsError {
  return new HcfsError('KEYS_TOO_MANY', `A node keeps ${KEYS_MAX} keys; revoke those that nobody uses`, {
    details: { countMax: KEYS_MAX }
  })
}
