import type { By, CommitId, ContextPath, Preconditions, Version } from '@hcfs/core'
import { commitId, FORMAT_LIMITS, HcfsError, utf8ByteLength } from '@hcfs/core'
import type { ContextRow } from '../replica/context-row.ts'
import { versionOf } from '../replica/context-row.ts'

/** What a caller says about a write beside its content, checked. */
export interface Attribution {
  readonly by?: By
  readonly note?: string
}

const VERSION_PATTERN = /^[0-9a-f]{64}(?:\.[0-9a-f]{64})*$/

export function attributionOf({ by, note }: { by?: By | undefined; note?: string | undefined }): Attribution {
  if (note !== undefined) assertShortText('note', note, FORMAT_LIMITS.noteBytesMax)
  if (by?.agent !== undefined) assertShortText('by.agent', by.agent, FORMAT_LIMITS.agentBytesMax)
  if (by?.run !== undefined) assertShortText('by.run', by.run, FORMAT_LIMITS.runBytesMax)
  const saysSomething = by?.agent !== undefined || by?.run !== undefined || by?.origin !== undefined
  return { ...(saysSomething && { by }), ...(note !== undefined && note !== '' && { note }) }
}

/** Reads the heads that a version names. */
export function parseVersion(version: Version): CommitId[] {
  if (typeof version === 'string' && VERSION_PATTERN.test(version))
    return version.split('.').map((head) => commitId(head))
  throw new HcfsError('VERSION_INVALID', 'This is not a version; pass one exactly as a read or a receipt gave it')
}

/** Fails with `VERSION_CONFLICT` unless the context is as the caller demands. `row` is absent for a context that is not shown. */
export function assertPreconditions(
  path: ContextPath,
  row: ContextRow | undefined,
  { ifVersion, ifAbsent }: Preconditions
): void {
  if (ifAbsent === true && row !== undefined) {
    throw conflict(path, row, `${path} exists already; read it, or write it without the precondition`)
  }
  if (ifVersion === undefined) return
  if (row === undefined) throw conflict(path, row, `${path} is not there, and a version of it was expected`)
  if (versionOf(row.heads) !== versionOf(parseVersion(ifVersion))) {
    throw conflict(path, row, `${path} was changed since that version; read it again and repeat the change`)
  }
}

function conflict(path: ContextPath, row: ContextRow | undefined, message: string): HcfsError {
  const current = row === undefined ? {} : { current: versionOf(row.heads) }
  return new HcfsError('VERSION_CONFLICT', message, { details: { path, ...current } })
}

function assertShortText(name: string, text: string, bytesMax: number): void {
  if (typeof text !== 'string' || !text.isWellFormed()) throw new HcfsError('BAD_REQUEST', `${name} is not text`)
  const bytes = utf8ByteLength(text)
  if (bytes <= bytesMax) return
  throw new HcfsError('BAD_REQUEST', `${name} has ${bytes} bytes, and ${bytesMax} are allowed; shorten it`, {
    details: { bytes, bytesMax }
  })
}
