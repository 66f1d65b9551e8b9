import type { ContextPath } from '@hcfs/core'
import { parsePath, pathSegments } from '@hcfs/core'

export type QueryValue = string | number | boolean | undefined

/** The address of a resource that belongs to a path; the path is checked before anything is sent. */
export function targetOf(
  resource: string,
  path: string | ContextPath,
  query: Readonly<Record<string, QueryValue>> = {}
): string {
  const segments = pathSegments(parsePath(path)).map(encodeURIComponent)
  return withQuery(`/v1/${resource}/${segments.join('/')}`, query)
}

export function withQuery(target: string, query: Readonly<Record<string, QueryValue>>): string {
  const given = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.append(name, String(value))
  return given.size === 0 ? target : `${target}?${given}`
}

/** A version, or a time as ISO 8601. */
export function versionText(version: string | Date): string {
  if (typeof version === 'string') return version
  // An impossible time is for the node to refuse.
  return Number.isNaN(version.getTime()) ? '0000-invalid-time' : version.toISOString()
}
