import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HcfsError, hasErrorCode } from '@hcfs/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { HcfsNode } from '../../src/hcfs-node.ts'
import { openNode } from '../../src/open-node.ts'
import type { ReceivedBytes } from '../../src/replica/received-commit.ts'
import { collect } from '../collect.ts'

/*
 * Goal: what rules and values are written at the same time on three replicas amounts to one answer on all of
 * them, with the same commit blamed for each value.
 * Method: copy a directory twice, write at random everywhere, hand commits over in random order, and
 * compare every path with everything that is told of it, conflicts of rules included.
 */

const PATHS = ['/', '/a', '/a/b'] as const
const RULES = ['override', 'append', 'union', 'merge', 'lock', 'deny', 'own'] as const
const side = fc.constantFrom(0, 1, 2)
const write = fc.oneof(
  fc.record({ field: fc.constantFrom('x', 'y'), value: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 }) }),
  fc.record({ pattern: fc.constantFrom('/x', '/y', '/*'), rule: fc.constantFrom(...RULES) }),
  fc.record({ bodyRule: fc.constantFrom('merge', 'append', 'override', 'own') }),
  fc.record({ line: fc.constantFrom('# One\n', '# Two\n', 'text\n'), at: fc.constantFrom(0, 1) }),
  fc.record({ tag: fc.constantFrom('s', 't') })
)
const step = fc.record({ side, path: fc.constantFrom(...PATHS), write })

type Write = typeof write extends fc.Arbitrary<infer Each> ? Each : never

test('three replicas resolve and blame alike, whatever was written at the same time', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 25 }),
      fc.infiniteStream(fc.nat()),
      async (steps, order) => {
        await using trio = await Trio.open()
        for (const each of steps) await writeTo(trio.nodes[each.side]!, each.path, each.write)
        await trio.handOverAll(order)
        const [one, ...others] = trio.nodes
        for (const path of PATHS) {
          const expected = await answerOf(one!, path)
          for (const other of others) expect(await answerOf(other, path)).toEqual(expected)
        }
      }
    ),
    { numRuns: 15 }
  )
}, 120_000)

async function writeTo({ contexts }: HcfsNode, path: string, each: Write): Promise<void> {
  const writing = contexts.edit(path, (draft) => {
    if ('field' in each) draft.fields.set(each.field, each.value)
    else if ('pattern' in each) draft.meta.set('inherit', { [each.pattern]: each.rule })
    else if ('bodyRule' in each) draft.meta.set('inherit', { body: each.bodyRule })
    else if ('tag' in each) draft.tags.add(each.tag)
    else draft.body.insert(each.at === 0 ? 0 : draft.body.toString().length, each.line)
  })
  // Rules of one context that contradict each other are refused, and that is no matter here.
  await writing.catch((error: unknown) => {
    if (!hasErrorCode(error, 'RULES_CONFLICT')) throw error
  })
}

/** All that is told of a path, also when its rules cannot be followed. */
async function answerOf({ contexts }: HcfsNode, path: string): Promise<unknown> {
  try {
    return await contexts.resolve(path, { blame: 'keys' })
  } catch (error) {
    if (!(error instanceof HcfsError && error.code.startsWith('RULES_'))) throw error
    return { code: error.code, details: error.details }
  }
}

class Trio implements AsyncDisposable {
  readonly nodes: readonly HcfsNode[]
  readonly #folder: string

  private constructor(folder: string, nodes: readonly HcfsNode[]) {
    this.#folder = folder
    this.nodes = nodes
  }

  static async open(): Promise<Trio> {
    const folder = await mkdtemp(join(tmpdir(), 'hcfs-trio-'))
    const places = ['one', 'two', 'three'].map((name) => join(folder, name))
    const [origin, ...copies] = places
    const first = await openNode({ dir: origin!, search: false })
    for (const path of PATHS) await first.contexts.put(path, { body: '# One\nbegin\n', fields: { x: [1] } })
    await first.close()
    for (const each of copies) await cp(origin!, each, { recursive: true })
    return new Trio(folder, await Promise.all(places.map((dir) => openNode({ dir, search: false }))))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const node of this.nodes) await node.close()
    await rm(this.#folder, { recursive: true, force: true })
  }

  async handOverAll(order: Iterable<number>): Promise<void> {
    const logs: ReceivedBytes[][] = []
    for (const node of this.nodes) logs.push(await collect(node.commits({ after: 0 })))
    for (const [index, node] of this.nodes.entries()) {
      const others = logs.flatMap((log, from) => (from === index ? [] : log))
      // Twice, because what came before what it builds upon may have been dropped.
      for (let round = 0; round < 2; round += 1) await node.receive(shuffled(others, order))
    }
  }
}

function shuffled<Item>(items: readonly Item[], order: Iterable<number>): Item[] {
  const numbers = order[Symbol.iterator]()
  return items
    .map((item) => ({ item, rank: Number(numbers.next().value) }))
    .sort((left, right) => left.rank - right.rank)
    .map(({ item }) => item)
}
