import type {
  ApiKeyInfo,
  ApiKeysApi,
  CallOptions,
  CreateApiKeyRequest,
  CreatedApiKey,
  RotateApiKeyOptions
} from '@hcfs/core'
import { defined } from '../contexts/request-options.ts'
import type { HttpClient } from '../http/http-client.ts'

/** The API keys of the node of a directory. Over the network it refuses: a key never makes others. */
export class RemoteKeys implements ApiKeysApi {
  readonly #http: HttpClient

  constructor({ http }: { http: HttpClient }) {
    this.#http = http
  }

  create({ role, under, name, expiresInMs, signal }: CreateApiKeyRequest): Promise<CreatedApiKey> {
    const json = { role, ...defined({ under, name, expiresInMs }) }
    return this.#http.json<CreatedApiKey>({ method: 'POST', target: '/v1/keys', json, signal })
  }

  list({ signal }: CallOptions = {}): Promise<readonly ApiKeyInfo[]> {
    return this.#http.json<readonly ApiKeyInfo[]>({ method: 'GET', target: '/v1/keys', signal })
  }

  rotate(id: string, { overlapMs, signal }: RotateApiKeyOptions = {}): Promise<CreatedApiKey> {
    const json = { id, ...defined({ overlapMs }) }
    return this.#http.json<CreatedApiKey>({ method: 'POST', target: '/v1/keys/rotate', json, signal })
  }

  async revoke(id: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#http.json<unknown>({ method: 'POST', target: '/v1/keys/revoke', json: { id }, signal })
  }
}
