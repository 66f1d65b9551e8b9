import type { Clock, ContextPath } from '@hcfs/core'
import { EMPTY_CONTENT, FORMAT_LIMITS, HcfsError, hasErrorCode, isPathPrefix, joinPath, pathSegments } from '@hcfs/core'
import { operationsForPut } from '@hcfs/crdt'
import type { ContextRow, HiddenReason } from '../replica/context-row.ts'
import { isShown } from '../replica/context-row.ts'
import { isExpired } from '../replica/expiry.ts'
import type { Replica, Written } from '../replica/replica.ts'
import type { EntryDecision } from '../replica/write-request.ts'
import { assertNotAborted } from '../storage/store-errors.ts'
import type { SubtreeAction, SubtreeJob, SubtreeTarget } from './subtree-job.ts'
import type { SubtreeSteps } from './subtree-steps.ts'
import { waitingBytes } from './waiting-bytes.ts'
import type { Attribution } from './write-input.ts'

export interface SubtreeWriterComponents {
  replica: Replica
  steps: SubtreeSteps
  clock: Pick<Clock, 'now'>
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
    const { steps } = this.#components
    const mark = await steps.begin(job)
    try {
      const written = await this.#writeGroups(job, groups)
      await steps.finish(mark)
      return written
    } catch (error) {
      // The caller hears of it and decides; only what nobody could answer is finished at the next open.
      if (!isUnanswered(error)) await steps.finish(mark)
      throw error
    }
  }

  /** Does what is left of an operation that was cut off. */
  async resume(job: SubtreeJob): Promise<void> {
    await this.#writeGroups({ ...job, isResumed: true }, inGroups(job))
  }

  async #writeGroups(job: SubtreeJob, groups: readonly (readonly SubtreeTarget[])[]): Promise<Written> {
    let last: Written = { entries: [], durable: 'disk' }
    let done = 0
    for (const group of groups) {
      assertNotAborted(job.signal)
      last = await this.#writeGroup(job, group)
      done += group.length
      job.onProgress?.({ done, total: job.targets.length })
    }
    return last
  }

  async #writeGroup(job: SubtreeJob, group: readonly SubtreeTarget[]): Promise<Written> {
    const paths = group.flatMap(({ row, to }) => (to === undefined ? [row.path] : [row.path, to]))
    // What is copied waits with the write; a removal holds nothing but names.
    const bytes = group.reduce((sum, { row, to }) => sum + (to === undefined ? 0 : waitingBytes(row.content)), 0)
    return this.#components.replica.write(
      { paths, bytes, decide: (view) => group.flatMap((target) => this.#decide(job, target, view.row)) },
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
    if (job.action === 'undelete') return this.#undelete(row, extra)
    if (!isShown(row)) return []
    if (job.action === 'remove') return [hide(row, 'removed', extra)]
    if (to === undefined) throw new TypeError(`A ${job.action} needs a target for ${row.path}`)
    const target = rowOf(to)
    if (target !== undefined && isShown(target)) {
      // Written by the part that was done, or by somebody since.
      if (job.isResumed === true) return []
      throw targetExists(to)
    }
    const arrived = this.#arrive(row, to, { target, extra, isMove: job.action === 'move' })
    if (job.action === 'copy') return [arrived]
    return [arrived, hide(row, 'moved', { ...extra, about: this.#components.replica.docIdOf(to) })]
  }

  /** A life that has ended would end again at once, so the value that ended it goes. */
  #undelete({ path, content, ...row }: ContextRow, extra: Attribution): EntryDecision[] {
    if (isExpired(content, this.#components.clock.now())) {
      return [{ kind: 'update', path, operations: [{ kind: 'meta.remove', keys: ['expires'] }], ...extra }]
    }
    return isShown({ path, content, ...row }) ? [] : [{ kind: 'undelete', path, ...extra }]
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

/** The disk failed or the node stopped: how far the operation came is not known. */
function isUnanswered(error: unknown): boolean {
  return UNANSWERED.some((code) => hasErrorCode(error, code))
}

const UNANSWERED = ['STORE_CLOSED', 'STORAGE_FAILED', 'STORAGE_FULL', 'STORAGE_CORRUPT', 'NODE_NOT_RUNNING'] as const
