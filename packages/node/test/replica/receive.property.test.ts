import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasErrorCode } from '@hcfs/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { HcfsNode } from '../../src/hcfs-node.ts'
import { openNode } from '../../src/open-node.ts'
import type { ReceivedBytes } from '../../src/replica/received-commit.ts'
import { collect } from '../collect.ts'

/*
 * Goal: a copied data directory merges without loss.
 * Method: copy one, write at random on both sides, hand commits over now and then, whole or in part and in any order; in the
 * end both hand over everything. Then both hold the same, and every word that either wrote.
 */

const PATHS = ['/a', '/a/b', '/c'] as const
/** Created on either side, or on both. */
const NEW_PATH = '/new'
const path = fc.constantFrom(...PATHS)
const anyPath = fc.constantFrom(...PATHS, NEW_PATH)
const side = fc.constantFrom(0 as const, 1 as const)
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('edit' as const), side, path: anyPath, at: fc.nat(40) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('create' as const), side }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove' as const), side, path }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('undelete' as const), side, path }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('old-edit' as const), side, path, pick: fc.nat(5) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('hand-over' as const),
      side,
      order: fc.infiniteStream(fc.nat()),
      share: fc.integer({ min: 1, max: 3 })
    })
  }
)

type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never

test('a copied directory merges without loss, whatever the order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      await using pair = await Pair.open()
      for (const each of steps) await pair.take(each)
      await pair.expectMerged()
    }),
    { numRuns: 20 }
  )
}, 120_000)

class Pair implements AsyncDisposable {
  readonly #folder: string
  readonly #nodes: readonly [HcfsNode, HcfsNode]
  /** Every word is written once, so that a lost or doubled one shows. */
  readonly #words = new Map<string, string[]>()
  #count = 0

  private constructor(folder: string, nodes: readonly [HcfsNode, HcfsNode]) {
    this.#folder = folder
    this.#nodes = nodes
  }

  static async open(): Promise<Pair> {
    const folder = await mkdtemp(join(tmpdir(), 'hcfs-pair-'))
    const [one, two] = [join(folder, 'one'), join(folder, 'two')]
    const first = await openAt(one)
    for (const each of PATHS) await first.contexts.put(each, { body: 'begin\n' })
    await first.close()
    await cp(one, two, { recursive: true })
    return new Pair(folder, [await openAt(one), await openAt(two)])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const node of this.#nodes) await node.close()
    await rm(this.#folder, { recursive: true, force: true })
  }

  async take(each: Step): Promise<void> {
    const { contexts } = this.#nodes[each.side]
    if (each.do === 'hand-over') return this.#handOver(each.side, (all) => shuffled(all, each.order, each.share))
    if (each.do === 'create') await contexts.put(NEW_PATH, { body: 'begin\n' }, { ifAbsent: true }).catch(ignoreMissing)
    if (each.do === 'remove') await contexts.remove(each.path).catch(ignoreMissing)
    if (each.do === 'undelete') await contexts.undelete(each.path).catch(ignoreMissing)
    if (each.do === 'edit') await this.#edit(each)
    if (each.do === 'old-edit') await this.#editOld(each)
  }

  async expectMerged(): Promise<void> {
    for (let round = 0; round < 2; round += 1) {
      await this.#handOver(0, (all) => all)
      await this.#handOver(1, (all) => all.toReversed())
    }
    const [one, two] = this.#nodes
    for (const each of PATHS) await one.contexts.undelete(each).catch(ignoreMissing)
    await this.#handOver(0, (all) => all)
    expect(await stateOf(two)).toEqual(await stateOf(one))
    expect(two.fingerprint()).toEqual(one.fingerprint())
    for (const node of this.#nodes) {
      expect((await node.verify()).problems).toEqual([])
      for (const [at, words] of this.#words) await expectWords(node, at, words)
    }
  }

  async #edit({ side: from, path: at, at: offset }: Extract<Step, { do: 'edit' }>): Promise<void> {
    const word = this.#newWord()
    const edit = this.#nodes[from].contexts.edit(at, (draft) => {
      draft.body.insert(wordStart(draft.body.toString(), offset), `${word}\n`)
      draft.tags.add(word)
      draft.fields.set(word, from)
    })
    await edit.then(() => this.#remember(at, word), ignoreMissing)
  }

  /** Against a version that others have gone on from. */
  async #editOld({ side: from, path: at, pick }: Extract<Step, { do: 'old-edit' }>): Promise<void> {
    const { contexts } = this.#nodes[from]
    const versions = (await collect(contexts.history(at))).filter(({ kind }) => kind === 'update')
    const base = versions[pick % versions.length]?.version
    const word = this.#newWord()
    const edit = contexts.edit(at, (draft) => draft.body.append(`${word}\n`), base === undefined ? {} : { base })
    await edit.then(() => this.#remember(at, word), ignoreMissing)
  }

  async #handOver(from: 0 | 1, choose: (all: ReceivedBytes[]) => ReceivedBytes[]): Promise<void> {
    const chosen = choose(await collect(this.#nodes[from].commits({ after: 0 })))
    const outcomes = await this.#nodes[from === 0 ? 1 : 0].receive(chosen)
    for (const { outcome } of outcomes) expect(['applied', 'known', 'parked']).toContain(outcome)
  }

  #newWord(): string {
    this.#count += 1
    return `word-${this.#count}.`
  }

  #remember(at: string, word: string): void {
    this.#words.set(at, [...(this.#words.get(at) ?? []), word])
  }
}

function openAt(dir: string): Promise<HcfsNode> {
  return openNode({ dir, limits: { checkpointEntriesMax: 3 } })
}

async function expectWords(node: HcfsNode, at: string, words: readonly string[]): Promise<void> {
  const lines = (await node.contexts.get(at)).body.split('\n')
  for (const word of words) expect(lines.filter((line) => line === word)).toEqual([word])
}

async function stateOf({ contexts }: HcfsNode): Promise<unknown> {
  const listed = await collect(contexts.list('/', { recursive: true }))
  const shown = await Promise.all(listed.map(({ path: at }) => contexts.get(at)))
  return { shown, trash: await collect(contexts.trash('/')) }
}

/** A part of them, in another order. */
function shuffled(all: readonly ReceivedBytes[], order: fc.Stream<number>, share: number): ReceivedBytes[] {
  const ranks = [...order.take(all.length)]
  const chosen = all.map((each, index) => ({ each, rank: ranks[index] ?? 0 })).filter(({ rank }) => rank % share === 0)
  return chosen.sort((a, b) => a.rank - b.rank).map(({ each }) => each)
}

/** Edits insert whole lines only, so that words stay words. */
function wordStart(body: string, offset: number): number {
  return body.lastIndexOf('\n', Math.min(offset, body.length) - 1) + 1
}

function ignoreMissing(error: unknown): void {
  if (hasErrorCode(error, 'CONTEXT_NOT_FOUND') || hasErrorCode(error, 'VERSION_CONFLICT')) return
  throw error
}
