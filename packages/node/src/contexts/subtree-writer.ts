import type { ContextPath, HybridTime, SubtreeProgress } from '@hcfs/core'
import { EMPTY_CONTENT, FORMAT_LIMITS, HcfsError, isPathPrefix, joinPath, pathSegments } from '@hcfs/core'
import { documentIdOf, operationsForPut } from '@hcfs/crdt'
import type { ContextRow, HiddenReason } from '../replica/context-row.ts'
import { isShown } from '../replica/context-row.ts'
import type { Replica, Written } from '../replica/replica.ts'
import type { EntryDecision } from '../replica/write-request.ts'
import type { SubtreeSteps } from './subtree-steps.ts'
import type { Attribution } from './write-input.ts'

export interface SubtreeWriterComponents {
  replica: Replica
  steps: SubtreeSteps
}

/** One context of a subtree operation, and where it goes if it goes anywhere. */
export interface SubtreeTarget {
  readonly row: ContextRow
  readonly to?: ContextPath
}

export type SubtreeAction = 'remove' | 'undelete' | 'move' | 'copy'

export interface SubtreeJob extends Attribution {
  readonly action: SubtreeAction
  readonly from: ContextPath
  readonly to?: ContextPath
  readonly targets: readonly SubtreeTarget[]
  readonly onProgress?: (progress: SubtreeProgress) => void
  readonly signal?: AbortSignal
}

/** A move writes two entries for each context, and both belong in one commit. */
const CONTEXTS_PER_COMMIT: Readonly<Record<SubtreeAction, number>> = {
  remove: FORMAT_LIMITS.commitEntriesMax,
  undelete: FORMAT_LIMITS.commitEntriesMax,
  copy: FORMAT_LIMITS.commitEntriesMax,
  move: FORMAT_LIMITS.commitEntriesMax / 2
}

/**
 * Changes whole subtrees. What fits one commit is one commit. What does not is
 * done in steps, each whole in itself; a mark in the store says that steps are
 * missing, so that an operation cut off by a crash is finished at the next open.
 */
export class SubtreeWriter {
  readonly #components: SubtreeWriterComponents

  constructor(components: SubtreeWriterComponents) {
    this.#components = components
  }

  async write(job: SubtreeJob): Promise<Written> {
    const groups = inGroups(job)
    const first = groups[0]
    if (first === undefined) return { entries: [], durable: 'disk' }
    if (groups.length === 1) return this.#writeGroup(job, first)
    const mark = await this.#components.steps.begin(job)
    let last: Written = { entries: [], durable: 'disk' }
    let done = 0
    for (const group of groups) {
      job.signal?.throwIfAborted()
      last = await this.#writeGroup(job, group)
      done += group.length
      job.onProgress?.({ done, total: job.targets.length })
    }
    await this.#components.steps.finish(mark)
    return last
  }

  async #writeGroup(job: SubtreeJob, group: readonly SubtreeTarget[]): Promise<Written> {
    const paths = group.flatMap(({ row, to }) => (to === undefined ? [row.path] : [row.path, to]))
    return this.#components.replica.write(
      { paths, decide: (view) => group.flatMap((target) => this.#decide(job, target, view.row)) },
      job.signal === undefined ? {} : { signal: job.signal }
    )
  }

  #decide(
    job: SubtreeJob,
    { row: planned, to }: SubtreeTarget,
    rowOf: (path: ContextPath) => ContextRow | undefined
  ): EntryDecision[] {
    const row = rowOf(planned.path)
    const extra = { ...(job.by && { by: job.by }), ...(job.note !== undefined && { note: job.note }) }
    if (row === undefined) return []
    if (job.action === 'undelete') return isShown(row) ? [] : [{ kind: 'undelete', path: row.path, ...extra }]
    if (!isShown(row)) return []
    if (job.action === 'remove') return [hide(row, 'removed', extra)]
    if (to === undefined) throw new TypeError(`A ${job.action} needs a target for ${row.path}`)
    const target = rowOf(to)
    if (target !== undefined && isShown(target)) throw targetExists(to)
    const arrived = this.#arrive(row, to, { target, extra, isMove: job.action === 'move' })
    if (job.action === 'copy') return [arrived]
    return [arrived, hide(row, 'moved', { ...extra, about: documentIdOf(this.#components.replica.signer.space, to) })]
  }

  #arrive(
    row: ContextRow,
    to: ContextPath,
    { target, extra, isMove }: { target: ContextRow | undefined; extra: Attribution; isMove: boolean }
  ): EntryDecision {
    const operations = operationsForPut(target?.content ?? EMPTY_CONTENT, row.content, { replace: true })
    // The two halves of a move name each other, so that history goes on across it.
    return { kind: 'update', path: to, operations, ...extra, ...(isMove && { about: row.docId }) }
  }
}

function hide(row: ContextRow, reason: HiddenReason, extra: Attribution & { about?: string }): EntryDecision {
  return { kind: 'delete', path: row.path, reason, ...extra }
}

/** Where a context below `from` comes to lie below `to`. */
export function movedPath(path: ContextPath, from: ContextPath, to: ContextPath): ContextPath {
  return joinPath(to, ...pathSegments(path).slice(pathSegments(from).length))
}

/** A subtree that is moved into itself would never end. */
export function assertApart(from: ContextPath, to: ContextPath): void {
  if (!isPathPrefix(from, to) && !isPathPrefix(to, from)) return
  throw new HcfsError('BAD_REQUEST', `${to} and ${from} lie within each other; choose a place outside`, {
    details: { from, to }
  })
}

function inGroups({ action, targets }: SubtreeJob): SubtreeTarget[][] {
  const groups: SubtreeTarget[][] = []
  let open: SubtreeTarget[] = []
  let bytes = 0
  for (const target of targets) {
    const size = target.to === undefined ? 0 : target.row.historyBytes
    const isFull = open.length === CONTEXTS_PER_COMMIT[action] || bytes + size > FORMAT_LIMITS.commitPayloadBytesMax
    if (isFull && open.length > 0) {
      groups.push(open)
      open = []
      bytes = 0
    }
    open.push(target)
    bytes += size
  }
  if (open.length > 0) groups.push(open)
  return groups
}

function targetExists(path: ContextPath): HcfsError {
  return new HcfsError(
    'CONTEXT_EXISTS',
    `There is a context at ${path} already; remove it first, or choose another name`,
    {
      details: { path }
    }
  )
}

/** What was there when an operation began; what came later is not part of it when it is resumed. */
export function isOlderThan(row: ContextRow, time: HybridTime): boolean {
  return row.hlc <= time
}
