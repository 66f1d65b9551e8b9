import { HcfsError } from '@hcfs/core'

/** How the HTTP face of a node answers, as its settings say. */
export interface HttpSettings {
  /** Origins whose pages may call it from browsers, with a key. */
  readonly 'http.corsOrigins'?: readonly string[]
}

export const CORS_ORIGINS = 'http.corsOrigins'

/** What `hcfs config set` was told. */
export function corsOriginsFrom(text: string): readonly string[] {
  return text.split(',')
}

/** Exact origins; fails for what cannot be one. */
export function checkedHttpSettings({ [CORS_ORIGINS]: origins }: Record<string, unknown>): HttpSettings {
  if (origins === undefined) return {}
  if (Array.isArray(origins) && origins.length > 0 && origins.every(isOrigin)) return { [CORS_ORIGINS]: origins }
  throw new HcfsError('BAD_REQUEST', `${CORS_ORIGINS} is a list of origins such as https://app.example.org`)
}

function isOrigin(text: unknown): text is string {
  return typeof text === 'string' && URL.canParse(text) && new URL(text).origin === text
}
