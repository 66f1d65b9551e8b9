import { HcfsError } from '@hcfs/core'

/** Which server re-ranks, as data from a configuration. */
export interface RerankerSpec {
  readonly kind: 'http'
  /** The whole address, such as `http://127.0.0.1:8080/rerank`. */
  readonly url: string
  /** Left out for a server that has only one. */
  readonly model?: string
  /** The environment variable that holds the key. The key itself is never in a configuration. @default no key is sent */
  readonly keyEnv?: string
  /** `documents` is what Cohere, Jina and vLLM take, `texts` what Text Embeddings Inference does. @default 'documents' */
  readonly format?: 'documents' | 'texts'
}

const NAMES: readonly string[] = ['kind', 'url', 'model', 'keyEnv', 'format']

/** Checked to the last key; `EMBEDDER_INVALID` names what is wrong. */
export function parseRerankerSpec(given: unknown): RerankerSpec {
  assertSpec(given)
  return given
}

function assertSpec(given: unknown): asserts given is RerankerSpec {
  const value: Record<string, unknown> = typeof given === 'object' && given !== null ? { ...given } : {}
  const { kind, url, model, keyEnv, format } = value
  const unknown = Object.keys(value).find((name) => !NAMES.includes(name))
  if (unknown !== undefined) throw invalid(`there is no setting ${unknown}`)
  if (kind !== 'http') throw invalid('kind must be http')
  if (!isHttpAddress(url)) throw invalid('url must be an address that begins with http:// or https:// and holds no key')
  if (!isNameOrAbsent(model)) throw invalid('model must be a text')
  if (!isNameOrAbsent(keyEnv)) throw invalid('keyEnv must be the name of an environment variable')
  if (!(format === undefined || format === 'documents' || format === 'texts')) {
    throw invalid('format must be documents or texts')
  }
}

function isNameOrAbsent(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && value !== '')
}

function isHttpAddress(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false
  const { protocol, username, password } = new URL(value)
  return /^https?:$/.test(protocol) && username === '' && password === ''
}

function invalid(what: string): HcfsError {
  return new HcfsError('EMBEDDER_INVALID', `The settings of the re-ranker are wrong: ${what}`)
}
