import { HcfsError, settle } from '@hcfs/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CommitHarness, Item } from './commit-harness.ts'
import { startCommits } from './commit-harness.ts'

type Step =
  | { readonly do: 'submit'; readonly keys: readonly string[]; readonly count: number }
  | { readonly do: 'finish' | 'fail' | 'take-back' }

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('submit' as const),
      keys: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 2 }),
      count: fc.integer({ min: 1, max: 12 })
    })
  },
  { weight: 4, arbitrary: fc.constant({ do: 'finish' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'fail' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'take-back' as const }) }
)

/** Follows a run from outside and knows only what the invariants of `GroupCommit` say. */
class Witness {
  readonly #harness: CommitHarness
  readonly #keysOf = new Map<string, readonly string[]>()
  readonly #inFlight: (readonly string[])[] = []
  readonly #outcomes = new Map<string, 'stored' | 'failed'>()
  readonly #controllers: AbortController[] = []

  constructor(harness: CommitHarness) {
    this.#harness = harness
    const { seal } = harness.owner
    harness.owner.seal = (items) => {
      this.#checkGroup(items)
      return seal(items)
    }
    harness.owner.recover = async () => {
      this.#inFlight.length = 0
    }
  }

  submit(keys: readonly string[]): void {
    const name = String(this.#keysOf.size).padStart(4, '0')
    this.#keysOf.set(name, keys)
    const controller = new AbortController()
    this.#controllers.push(controller)
    this.#harness.submit({ name, keys }, { signal: controller.signal }).then(
      () => this.#outcomes.set(name, 'stored'),
      () => this.#outcomes.set(name, 'failed')
    )
  }

  takeBack(): void {
    this.#controllers.pop()?.abort()
  }

  async finish(): Promise<void> {
    if (this.#harness.store.inFlight.length === 0) return
    this.#inFlight.shift()
    await this.#harness.store.finish()
  }

  checkEnd(): void {
    const { answers, store } = this.#harness
    expect(this.#outcomes.size).toBe(this.#keysOf.size)
    const stored = answers.filter((answer) => !answer.startsWith('!'))
    expect(stored).toEqual(store.written.flat().map(({ key }) => key))
    for (const key of ['a', 'b', 'c', 'd']) {
      const ofKey = stored.filter((name) => this.#keysOf.get(name)?.includes(key))
      expect(ofKey).toEqual(ofKey.toSorted())
    }
  }

  #checkGroup(items: readonly Item[]): void {
    const keys = items.flatMap(({ name }) => this.#keysOf.get(name) ?? [])
    expect(new Set(keys).size).toBe(keys.length)
    for (const busy of this.#inFlight) expect(keys.filter((key) => busy.includes(key))).toEqual([])
    this.#inFlight.push(keys)
    expect(this.#inFlight.length).toBeLessThanOrEqual(2)
  }
}

async function run(steps: readonly Step[]): Promise<void> {
  const harness = await startCommits({ groupEntriesMax: 6 })
  const witness = new Witness(harness)
  for (const step of steps) {
    if (step.do === 'submit') for (let copy = 0; copy < step.count; copy += 1) witness.submit(step.keys)
    if (step.do === 'finish') await witness.finish()
    if (step.do === 'fail') await harness.store.fail(new HcfsError('STORAGE_FULL', 'full'))
    if (step.do === 'take-back') witness.takeBack()
    await settle()
  }
  while (harness.store.inFlight.length > 0) await witness.finish()
  await harness.commits.stop()
  witness.checkEnd()
}

test('whatever is submitted, finished, failed and taken back, order, keys and answers hold', async () => {
  await fc.assert(fc.asyncProperty(fc.array(stepArbitrary, { minLength: 1, maxLength: 40 }), run))
})
