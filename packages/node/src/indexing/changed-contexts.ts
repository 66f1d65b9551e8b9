import type { ContextPath } from '@hcfs/core'
import type { CommitLog } from '../replica/commit-log.ts'

/** The contexts that a stretch of the log touches, each once. */
export interface ChangedContexts {
  readonly paths: ReadonlySet<ContextPath>
  /** The last position of the stretch. */
  readonly position: number
}

export interface ChangedContextsOptions {
  readonly after: number
  readonly upTo: number
  /** A stretch ends with the commit that brings it here. */
  readonly contextsMax: number
  readonly signal: AbortSignal
}

/** The log from one position to another, in stretches that end where a commit ends. */
export async function* changedContexts(
  log: Pick<CommitLog, 'commits'>,
  { after, upTo, contextsMax, signal }: ChangedContextsOptions
): AsyncGenerator<ChangedContexts> {
  let paths = new Set<ContextPath>()
  let position = after
  for await (const commit of log.commits({ after, upTo, signal })) {
    for (const { entry } of commit.entries) paths.add(entry.path)
    position = commit.position
    if (paths.size < contextsMax) continue
    yield { paths, position }
    paths = new Set()
  }
  if (paths.size > 0 || position < upTo) yield { paths, position: Math.max(position, upTo) }
}
