import type { IncomingHttpHeaders } from 'node:http'
import type { Preconditions, Version } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'

/** The version of a context is its entity tag (RFC 9110). */
export function entityTag(version: Version): string {
  return `"${version}"`
}

/** `If-Match: "version"` and `If-None-Match: *` of a write. */
export function preconditionsOf(headers: IncomingHttpHeaders): Preconditions {
  const match = headers['if-match']
  const noneMatch = headers['if-none-match']
  if (noneMatch !== undefined && noneMatch !== '*') {
    throw refused('if-none-match', 'is * in a write: only if there is none')
  }
  return {
    ...(match !== undefined && { ifVersion: versionIn(match) }),
    ...(noneMatch === '*' && { ifAbsent: true })
  }
}

/** Whether the caller of a read holds this version already. */
export function isHeld(headers: IncomingHttpHeaders, version: Version): boolean {
  const held = headers['if-none-match']
  if (held === undefined) return false
  return held.split(',').some((tag) => tag.trim() === entityTag(version))
}

function versionIn(tag: string): Version {
  const [, version] = /^"([^"]+)"$/.exec(tag) ?? []
  if (version !== undefined) return version
  throw refused('if-match', 'is one version in double quotes, as the header etag gave it')
}

function refused(name: string, what: string): HcfsError {
  return new HcfsError('BAD_REQUEST', `The header ${name} ${what}`, { details: { field: `headers/${name}` } })
}
