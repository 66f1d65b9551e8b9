import type { BatchItem, BatchItemResult, BatchOptions, ContextPath, ReceiptData } from '@hcfs/core'
import { Draft, FORMAT_LIMITS, HcfsError, parseDraftOperations, parsePath } from '@hcfs/core'
import { operationsForPut } from '@hcfs/crdt'
import type { ContextRow } from '../replica/context-row.ts'
import type { Written } from '../replica/replica.ts'
import type { EntryDecision } from '../replica/write-request.ts'
import { contextNotFound } from './not-found.ts'
import type { LoadedBases, UpdateIntent, UpdateWriter } from './update-writer.ts'
import { waitingBytes } from './waiting-bytes.ts'
import type { Attribution } from './write-input.ts'
import { assertPreconditions, attributionOf } from './write-input.ts'

/** One item of a batch, read and checked as far as that goes without the store. */
type BatchStep =
  | { readonly kind: 'update'; readonly path: ContextPath; readonly intent: UpdateIntent }
  | {
      readonly kind: 'remove'
      readonly path: ContextPath
      readonly decide: (row: ContextRow | undefined) => EntryDecision
    }

export interface BatchWriterComponents {
  updates: UpdateWriter
  /** Makes a receipt's data of what one item wrote. */
  receipt: (path: ContextPath, written: Written) => ReceiptData
}

/** They share a commit, and take a few milliseconds together: with twice as many, others would wait 20 ms for their turn. */
const WRITTEN_AT_ONCE = 64

/** Several writes in one call: as one commit, or each on its own. */
export class BatchWriter {
  readonly #components: BatchWriterComponents

  constructor(components: BatchWriterComponents) {
    this.#components = components
  }

  async write(items: readonly BatchItem[], options: BatchOptions = {}): Promise<BatchItemResult[]> {
    const attribution = attributionOf(options)
    if (options.atomic === false) {
      return this.#writeEach(items, (item) => this.#writeAlone(item, attribution, options.signal))
    }
    const steps = items.map((item) => stepOf(item, attribution))
    assertOneCommit(steps)
    const written = await this.#writeTogether(steps, options.signal)
    return steps.map(({ path }) => ({ receipt: this.#components.receipt(path, written) }))
  }

  /** Begun in order, a commit's worth at a time; everything else has its turn in between. */
  async #writeEach(
    items: readonly BatchItem[],
    write: (item: BatchItem) => Promise<BatchItemResult>
  ): Promise<BatchItemResult[]> {
    const results: BatchItemResult[] = []
    const waiting = items.entries()
    const writeOn = async (): Promise<void> => {
      for (const [index, item] of waiting) results[index] = await write(item)
    }
    await Promise.all(Array.from({ length: WRITTEN_AT_ONCE }, writeOn))
    return results
  }

  async #writeAlone(
    item: BatchItem,
    attribution: Attribution,
    signal: AbortSignal | undefined
  ): Promise<BatchItemResult> {
    try {
      const step = stepOf(item, attribution)
      return { receipt: this.#components.receipt(step.path, await this.#writeTogether([step], signal)) }
    } catch (error) {
      // Only what the caller can act on belongs to the item; anything else fails the call.
      if (error instanceof HcfsError) return { error: error.toJSON() }
      throw error
    }
  }

  #writeTogether(steps: readonly BatchStep[], signal: AbortSignal | undefined): Promise<Written> {
    const { updates } = this.#components
    const bases: LoadedBases = new Map()
    return updates.writeRequest(
      {
        paths: steps.map(({ path }) => path),
        bytes: steps.reduce((sum, step) => sum + (step.kind === 'update' ? (step.intent.bytes ?? 0) : 0), 0),
        decide: (view) =>
          steps.flatMap((step) => {
            const row = view.row(step.path)
            if (step.kind === 'remove')
              return step.decide(row !== undefined && updates.isVisible(row) ? row : undefined)
            return updates.decide(step.intent, row, bases) ?? []
          })
      },
      { bases, ...(signal && { signal }) }
    )
  }
}

function stepOf(item: BatchItem, shared: Attribution): BatchStep {
  if ('put' in item) return putStep(item.put, shared)
  if ('edit' in item) return editStep(item.edit, shared)
  if ('remove' in item) return removeStep(item.remove, shared)
  throw new HcfsError('BAD_REQUEST', 'Each item of a batch is a put, an edit or a remove')
}

function putStep(
  { path: text, base, replace, note, ifVersion, ifAbsent, ...parts }: PutItem,
  shared: Attribution
): BatchStep {
  const path = parsePath(text)
  const operations: UpdateIntent['operations'] = ({ content, isShown }) =>
    operationsForPut(content, parts, { replace: replace === true || !isShown })
  const attribution = { ...shared, ...attributionOf({ note }) }
  const conditions = { ...(ifVersion !== undefined && { ifVersion }), ...(ifAbsent !== undefined && { ifAbsent }) }
  return {
    kind: 'update',
    path,
    intent: {
      path,
      bytes: waitingBytes(parts),
      operations,
      ...attribution,
      ...conditions,
      ...(base !== undefined && { base })
    }
  }
}

function editStep({ path: text, change, base, note, ifVersion, ifAbsent }: EditItem, shared: Attribution): BatchStep {
  const path = parsePath(text)
  const operations: UpdateIntent['operations'] = ({ content, isShown }) => {
    if (!isShown) throw contextNotFound(path)
    if (typeof change !== 'function') return parseDraftOperations(change)
    const draft = new Draft(content)
    change(draft)
    return draft.operations
  }
  const attribution = { ...shared, ...attributionOf({ note }) }
  const conditions = { ...(ifVersion !== undefined && { ifVersion }), ...(ifAbsent !== undefined && { ifAbsent }) }
  return {
    kind: 'update',
    path,
    intent: {
      path,
      bytes: waitingBytes(change),
      operations,
      ...attribution,
      ...conditions,
      ...(base !== undefined && { base })
    }
  }
}

function removeStep({ path: text, note, ...conditions }: RemoveItem, shared: Attribution): BatchStep {
  const path = parsePath(text)
  const attribution = { ...shared, ...attributionOf({ note }) }
  return {
    kind: 'remove',
    path,
    decide: (row) => {
      assertPreconditions(path, row, conditions)
      if (row === undefined) throw contextNotFound(path)
      return { kind: 'delete', path, reason: 'removed', ...attribution }
    }
  }
}

type PutItem = Extract<BatchItem, { put: unknown }>['put']
type EditItem = Extract<BatchItem, { edit: unknown }>['edit']
type RemoveItem = Extract<BatchItem, { remove: unknown }>['remove']

function assertOneCommit(steps: readonly BatchStep[]): void {
  const paths = new Set(steps.map(({ path }) => path))
  if (paths.size < steps.length) {
    throw new HcfsError('BAD_REQUEST', 'An atomic batch names a context twice; make one item of the two')
  }
  const { commitEntriesMax } = FORMAT_LIMITS
  if (steps.length <= commitEntriesMax) return
  throw new HcfsError(
    'BATCH_TOO_LARGE',
    `An atomic batch has at most ${commitEntriesMax} items, not ${steps.length}; pass { atomic: false }, or split it`,
    {
      details: { items: steps.length, itemsMax: commitEntriesMax }
    }
  )
}
