import type { Clock, ContextPath, HybridTime, Random } from '@hcfs/core'
import { bytesToHex, endOfMillisecond } from '@hcfs/core'
import { keys } from '../storage/keys.ts'
import type { OrderedStore } from '../storage/ordered-store.ts'
import type { SubtreeAction, SubtreeJob } from './subtree-writer.ts'

/** A subtree operation that needs several commits and has not written the last. */
export interface UnfinishedStep {
  readonly name: string
  readonly action: SubtreeAction
  readonly from: ContextPath
  readonly to?: ContextPath
  /** Contexts changed later than this are not part of it. */
  readonly startedAt: HybridTime
  readonly by?: SubtreeJob['by']
  readonly note?: string
}

export interface SubtreeStepsComponents {
  store: OrderedStore
  clock: Pick<Clock, 'now'>
  random: Random
}

const NAME_BYTES = 8

/** The marks of operations that take more than one commit: set before the first, taken away after the last. */
export class SubtreeSteps {
  readonly #components: SubtreeStepsComponents

  constructor(components: SubtreeStepsComponents) {
    this.#components = components
  }

  async begin({ action, from, to, by, note }: SubtreeJob): Promise<UnfinishedStep> {
    const { store, clock, random } = this.#components
    const step: UnfinishedStep = {
      name: bytesToHex(random.bytes(NAME_BYTES)),
      action,
      from,
      startedAt: endOfMillisecond(clock.now()),
      ...(to !== undefined && { to }),
      ...(by && { by }),
      ...(note !== undefined && { note })
    }
    await store.batch([{ type: 'put', key: keys.step(step.name), value: JSON.stringify(step) }], { sync: true })
    return step
  }

  async finish({ name }: UnfinishedStep): Promise<void> {
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
