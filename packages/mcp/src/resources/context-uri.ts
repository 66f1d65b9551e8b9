import type { ContextPath } from '@hcfs/core'
import { parsePath, pathSegments } from '@hcfs/core'

const SCHEME = 'hcfs://'

/** The address of a context as a resource: each segment percent-encoded. */
export function contextUri(path: ContextPath): string {
  return `${SCHEME}/${pathSegments(path).map(encodeURIComponent).join('/')}`
}

/** The path of such an address, or an error with a code. */
export function pathOfUri(uri: string): ContextPath {
  const rest = uri.startsWith(SCHEME) ? uri.slice(SCHEME.length) : uri
  const segments = rest.split('/').filter((segment) => segment !== '')
  return parsePath(`/${segments.map(decoded).join('/')}`)
}

/** A slash inside a segment would name another context. */
function decoded(segment: string): string {
  try {
    const text = decodeURIComponent(segment)
    return text.includes('/') ? '..' : text
  } catch {
    return segment
  }
}
