import { HcfsError } from '@hcfs/core'
import type { EmbedderSpec } from './embedder-spec.ts'

type Rule = readonly [accepts: (value: unknown) => boolean, what: string]
type Rules = Readonly<Record<string, Rule>>

const text: Rule = [(value) => typeof value === 'string' && value !== '', 'a text']
const flag: Rule = [(value) => typeof value === 'boolean', 'true or false']
const count: Rule = [(value) => Number.isSafeInteger(value) && Number(value) > 0, 'a whole number above 0']
const address: Rule = [isHttpAddress, 'an address that begins with http:// or https:// and holds no key']
const oneOf = (...names: readonly string[]): Rule => [
  (value) => names.some((name) => name === value),
  names.join(' or ')
]

const prefixes = { queryPrefix: text, documentPrefix: text }

const RULES: Readonly<Record<EmbedderSpec['kind'], { needed: Rules; optional: Rules }>> = {
  builtin: { needed: {}, optional: {} },
  http: {
    needed: { url: address, model: text },
    optional: {
      ...prefixes,
      keyEnv: text,
      keyHeader: oneOf('authorization', 'api-key'),
      dimensions: count,
      requestDimensions: flag,
      base64: flag,
      maxInputTokens: count
    }
  },
  transformers: {
    needed: { folder: text },
    optional: { ...prefixes, dtype: oneOf('fp32', 'fp16', 'q8', 'q4'), pooling: oneOf('mean', 'cls') }
  },
  custom: { needed: { module: text }, optional: {} }
}

/** A spec from a configuration file, checked to the last key; `EMBEDDER_INVALID` names what is wrong with it. */
export function parseEmbedderSpec(given: unknown): EmbedderSpec {
  assertSpec(given)
  return given
}

function assertSpec(given: unknown): asserts given is EmbedderSpec {
  const value: Record<string, unknown> = typeof given === 'object' && given !== null ? { ...given } : {}
  const { kind, ...settings } = value
  if (!isKind(kind)) throw invalid(`kind must be ${Object.keys(RULES).join(' or ')}`)
  const { needed, optional } = RULES[kind]
  for (const name of Object.keys(needed)) if (!(name in settings)) throw invalid(`${kind} needs ${name}`)
  for (const [name, setting] of Object.entries(settings)) {
    const rule = { ...needed, ...optional }[name]
    if (rule === undefined) throw invalid(`${kind} has no setting ${name}`)
    if (!rule[0](setting)) throw invalid(`${name} must be ${rule[1]}`)
  }
}

function isKind(kind: unknown): kind is EmbedderSpec['kind'] {
  return typeof kind === 'string' && Object.hasOwn(RULES, kind)
}

function isHttpAddress(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false
  const { protocol, username, password } = new URL(value)
  return /^https?:$/.test(protocol) && username === '' && password === ''
}

function invalid(what: string): HcfsError {
  return new HcfsError('EMBEDDER_INVALID', `The settings of the embedder are wrong: ${what}`)
}
