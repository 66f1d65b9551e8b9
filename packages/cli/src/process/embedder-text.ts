import type { JsonObject } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'

/** An embedder as people write it: the name of a kind without settings, or JSON. What stands in it the node checks. */
export function embedderFrom(text: string): unknown {
  if (!text.trimStart().startsWith('{')) return { kind: text.trim() }
  try {
    return JSON.parse(text)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new HcfsError('BAD_REQUEST', `The embedder is builtin, or JSON such as {"kind":"builtin"}: ${why}`)
  }
}

export function isEmbedder(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string'
}
