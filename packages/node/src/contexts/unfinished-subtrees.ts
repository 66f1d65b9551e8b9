import type { Logger, Startable } from '@hcfs/core'
import type { ContextRow } from '../replica/context-row.ts'
import type { Listing } from './listing.ts'
import type { SubtreeJob } from './subtree-job.ts'
import type { SubtreeSteps, UnfinishedStep } from './subtree-steps.ts'
import type { SubtreeWriter } from './subtree-writer.ts'
import { movedPath } from './subtree-writer.ts'

export interface UnfinishedSubtreesComponents {
  steps: SubtreeSteps
  subtrees: SubtreeWriter
  listing: Pick<Listing, 'stored' | 'hidden'>
  log: Logger
}

/**
 * Finishes, before anybody writes, the subtree operations that a crash cut off.
 * What was changed since they began is left alone.
 */
export class UnfinishedSubtrees implements Startable {
  readonly #components: UnfinishedSubtreesComponents

  constructor(components: UnfinishedSubtreesComponents) {
    this.#components = components
  }

  async start(): Promise<void> {
    const { steps, subtrees, log } = this.#components
    for (const step of await steps.unfinished()) {
      const job = await this.#jobOf(step)
      log.info('subtree-resumed', { action: step.action, contexts: job.targets.length })
      await subtrees.resume(job)
      await steps.finish(step)
    }
  }

  async stop(): Promise<void> {}

  async #jobOf({ newestHlc, name: _, by, note, ...step }: UnfinishedStep): Promise<SubtreeJob> {
    const { listing } = this.#components
    const { action, from, to } = step
    const rows: ContextRow[] = []
    for await (const row of action === 'undelete' ? listing.hidden(from) : listing.stored(from)) {
      if (row.hlc <= newestHlc) rows.push(row)
    }
    const targets = rows.map((row) => ({ row, ...(to !== undefined && { to: movedPath(row.path, from, to) }) }))
    return { ...step, targets, ...(by && { by }), ...(note !== undefined && { note }) }
  }
}
