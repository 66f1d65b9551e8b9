import { expect, test } from 'vitest'
import { parseEmbedderSpec } from '../../../src/indexing/embedding/parse-embedder-spec.ts'

const http = { kind: 'http', url: 'https://example.org/v1/embeddings', model: 'small' }

test.each([
  { kind: 'builtin' },
  http,
  { ...http, keyEnv: 'KEY', keyHeader: 'api-key', dimensions: 8, requestDimensions: true, base64: true },
  { kind: 'transformers', folder: './model', dtype: 'q8', pooling: 'cls', queryPrefix: 'q: ' },
  { kind: 'custom', module: './own.js' }
])('%j is a spec', (spec) => {
  expect(parseEmbedderSpec(spec)).toEqual(spec)
})

test.each([
  [undefined, /kind must be/],
  [{ kind: 'magic' }, /kind must be builtin or http/],
  [{ kind: 'builtin', model: 'x' }, /builtin has no setting model/],
  [{ kind: 'http', model: 'x' }, /http needs url/],
  [{ ...http, url: 'ftp://example.org' }, /url must be/],
  [{ ...http, url: 'https://user:key@example.org' }, /holds no key/],
  [{ ...http, dimensions: 1.5 }, /dimensions must be/],
  [{ ...http, key: 'sk-secret' }, /http has no setting key/],
  [{ kind: 'transformers', folder: '' }, /folder must be/],
  [{ kind: 'custom' }, /custom needs module/]
])('%j is refused, and the message says why', (spec, message) => {
  const refused = expect.objectContaining({ code: 'EMBEDDER_INVALID', message: expect.stringMatching(message) })

  expect(() => parseEmbedderSpec(spec)).toThrow(refused)
})
