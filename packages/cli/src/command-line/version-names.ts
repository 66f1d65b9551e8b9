import type { ContextsApi, Version } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import { usageError } from './usage-error.ts'

/** How many letters of a version people are shown. */
const SHORT_LENGTH = 12
const PREFIX_LENGTH_MIN = 4

const WHOLE = /^[0-9a-f]{64}(?:\.[0-9a-f]{64})*$/
const PREFIX = /^[0-9a-f]+$/
const DATE = /^\d{4}-\d{2}-\d{2}/

export function shortVersion(version: Version | undefined): string {
  if (version === undefined) return ''
  const [first = '', ...others] = version.split('.')
  return others.length === 0 ? first.slice(0, SHORT_LENGTH) : `${first.slice(0, SHORT_LENGTH)}+${others.length}`
}

/** Reads what a user wrote for a version: all of it, the beginning of it, or a time. */
export async function readVersion(contexts: ContextsApi, path: string, text: string): Promise<Version | Date> {
  if (WHOLE.test(text)) return text
  if (DATE.test(text)) return readTime(text)
  if (!PREFIX.test(text) || text.length < PREFIX_LENGTH_MIN) {
    throw new HcfsError(
      'VERSION_INVALID',
      `"${text}" is neither a version, at least ${PREFIX_LENGTH_MIN} letters of one, nor a time like 2026-01-31T12:00:00Z; look with: hcfs log ${path}`
    )
  }
  return versionWithPrefix(contexts, path, text)
}

/** A version only: where a time has no meaning. */
export async function readExactVersion(contexts: ContextsApi, path: string, text: string): Promise<Version> {
  const version = await readVersion(contexts, path, text)
  if (typeof version === 'string') return version
  throw new HcfsError('VERSION_INVALID', 'A time does not do here; name a version')
}

export function readTime(text: string): Date {
  const time = new Date(text)
  if (!Number.isNaN(time.getTime())) return time
  throw usageError(`"${text}" is not a time; write it like 2026-01-31 or 2026-01-31T12:00:00Z`)
}

async function versionWithPrefix(contexts: ContextsApi, path: string, prefix: string): Promise<Version> {
  const found = new Set<Version>()
  const current = await currentVersion(contexts, path)
  if (current?.startsWith(prefix) === true) found.add(current)
  for await (const { version } of contexts.history(path)) if (version.startsWith(prefix)) found.add(version)
  const [version, other] = found
  if (version === undefined) {
    throw new HcfsError('VERSION_UNKNOWN', `No version of ${path} begins with ${prefix}; look with: hcfs log ${path}`)
  }
  if (other === undefined) return version
  throw new HcfsError('VERSION_INVALID', `Several versions of ${path} begin with ${prefix}; write more letters of it`)
}

/** Absent when the context was removed; its old versions have names all the same. */
async function currentVersion(contexts: ContextsApi, path: string): Promise<Version | undefined> {
  try {
    return (await contexts.get(path)).version
  } catch (error) {
    if (error instanceof HcfsError && error.code === 'CONTEXT_NOT_FOUND') return undefined
    throw error
  }
}
