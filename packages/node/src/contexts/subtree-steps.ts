import type { ContextPath, HybridTime, Random } from '@hcfs/core'
import { bytesToHex, hybridTime } from '@hcfs/core'
import { keys } from '../storage/keys.ts'
import type { OrderedStore } from '../storage/ordered-store.ts'
import type { SubtreeAction, SubtreeJob } from './subtree-job.ts'

/** A subtree operation that needs several commits and has not written the last. */
export interface UnfinishedStep {
  readonly name: string
  readonly action: SubtreeAction
  readonly from: ContextPath
  readonly to?: ContextPath
  /** The newest change of what it is about. A context changed later is no longer part of it. */
  readonly newestHlc: HybridTime
  readonly by?: SubtreeJob['by']
  readonly note?: string
}

export interface SubtreeStepsComponents {
  store: OrderedStore
  random: Random
}

const NAME_BYTES = 8

/** The marks of operations that take more than one commit: set before the first, taken away after the last. */
export class SubtreeSteps {
  readonly #components: SubtreeStepsComponents

  constructor(components: SubtreeStepsComponents) {
    this.#components = components
  }

  async begin({ action, from, to, targets, by, note }: SubtreeJob): Promise<UnfinishedStep> {
    const { store, random } = this.#components
    const step: UnfinishedStep = {
      name: bytesToHex(random.bytes(NAME_BYTES)),
      action,
      from,
      newestHlc: hybridTime(targets.reduce((newest, { row }) => Math.max(newest, row.hlc), 0)),
      ...(to !== undefined && { to }),
      ...(by && { by }),
      ...(note !== undefined && { note })
    }
    await store.batch([{ type: 'put', key: keys.step(step.name), value: JSON.stringify(step) }], { sync: true })
    return step
  }

  async finish({ name }: Pick<UnfinishedStep, 'name'>): Promise<void> {
    await this.#components.store.batch([{ type: 'del', key: keys.step(name) }], { sync: true })
  }

  async unfinished(): Promise<UnfinishedStep[]> {
    const steps: UnfinishedStep[] = []
    for await (const chunk of this.#components.store.scanText(keys.family('step'))) {
      for (const [, text] of chunk) steps.push(JSON.parse(text))
    }
    return steps
  }
}
