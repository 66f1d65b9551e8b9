import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ContextContent, ContextPath, Version } from '@hcfs/core'
import { comparePaths, EMPTY_CONTENT, isPathPrefix, parsePath } from '@hcfs/core'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import type { HcfsNode } from '../../src/hcfs-node.ts'
import { openNode } from '../../src/open-node.ts'
import { collect } from '../collect.ts'

/*
 * Goal: whatever is done to contexts, and wherever the node is closed and opened
 * again, they read as a map of plain values would.
 * Method: random operations on a few paths, each done to the node and to the
 * dumbest model there is; everything that can be read is compared at the end,
 * old versions included, and the store with a rebuild from its log.
 */

const PATHS = ['/a', '/a/b', '/a/b/c', '/a-b', '/d', '/d/e'] as const
const path = fc.constantFrom(...PATHS)
const parts = fc.record(
  {
    body: fc.constantFrom('', 'one', 'one\ntwo\n', 'ünï 🦊 text'),
    fields: fc.constantFrom({}, { x: 1 }, { x: 2, deep: { y: [1] } }),
    tags: fc.constantFrom([], ['t'], ['t', 'u'])
  },
  { requiredKeys: [] }
)
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('put' as const), path, parts, replace: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('append' as const), path, text: fc.constantFrom('!', '\nmore') })
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), path, recursive: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('undelete' as const), path, recursive: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('move' as const, 'copy' as const), path, to: path }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('batch' as const), paths: fc.uniqueArray(path), text: fc.string() })
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('restore' as const), path, pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) }
)

type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never
type Parts = Partial<Pick<ContextContent, 'body' | 'fields' | 'tags'>>

interface ModelContext {
  content: ContextContent
  isShown: boolean
  readonly versions: [Version, ContextContent][]
}

test.each([1, 512])(
  'contexts read as a map of plain values would (documents in memory: %i)',
  async (documentsLiveMax) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        await using place = await Place.open(documentsLiveMax)
        for (const each of steps) await place.take(each)
        await place.compare()
      }),
      { numRuns: 20 }
    )
  },
  120_000
)

class Place implements AsyncDisposable {
  readonly #dir: string
  readonly #documentsLiveMax: number
  readonly #model = new Map<string, ModelContext>()
  #node: HcfsNode

  private constructor(dir: string, node: HcfsNode, documentsLiveMax: number) {
    this.#dir = dir
    this.#node = node
    this.#documentsLiveMax = documentsLiveMax
  }

  static async open(documentsLiveMax: number): Promise<Place> {
    const dir = await mkdtemp(join(tmpdir(), 'hcfs-model-'))
    onTestFinished(() => rm(dir, { recursive: true, force: true }))
    return new Place(dir, await openAt(dir, documentsLiveMax), documentsLiveMax)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#node.close()
    await rm(this.#dir, { recursive: true, force: true })
  }

  async take(each: Step): Promise<void> {
    switch (each.do) {
      case 'put':
        return this.#put(each.path, each.parts, each.replace)
      case 'append':
        return this.#append(each.path, each.text)
      case 'remove':
        return this.#hide(each.path, each.recursive)
      case 'undelete':
        return this.#show(each.path, each.recursive)
      case 'move':
      case 'copy':
        return this.#transfer(each.do, each.path, each.to)
      case 'batch':
        return this.#batch(each.paths, each.text)
      case 'restore':
        return this.#restore(each.path, each.pick)
      case 'reopen':
        await this.#node.close()
        this.#node = await openAt(this.#dir, this.#documentsLiveMax)
    }
  }

  async compare(): Promise<void> {
    const { contexts } = this.#node
    const all = [...this.#model].sort(([a], [b]) => comparePaths(parsePath(a), parsePath(b)))
    const shown = all.filter(([, { isShown }]) => isShown).map(([at]) => at)
    expect((await collect(contexts.list('/', { recursive: true }))).map((entry) => entry.path)).toEqual(shown)
    const hidden = all.filter(([, { isShown }]) => !isShown).map(([at]) => at)
    expect((await collect(contexts.trash('/'))).map((entry) => entry.path)).toEqual(hidden)
    for (const [at, { content, isShown, versions }] of all) {
      if (isShown) expect(await contexts.get(at)).toMatchObject(content)
      else await expect(contexts.get(at)).rejects.toMatchObject({ code: 'CONTEXT_NOT_FOUND' })
      for (const [version, old] of versions) expect(await contexts.get(at, { at: version })).toMatchObject(old)
    }
    expect((await this.#node.verify()).problems).toEqual([])
    expect(await this.#node.status()).toMatchObject({ contexts: shown.length, trashed: hidden.length })
  }

  async #put(at: string, given: Parts, replace: boolean): Promise<void> {
    const { version } = await this.#node.contexts.put(at, given, { replace })
    const before = this.#shown(at)
    this.#write(at, { ...(replace || before === undefined ? EMPTY_CONTENT : before.content), ...given }, version)
  }

  async #append(at: string, text: string): Promise<void> {
    const edit = this.#node.contexts.edit(at, (draft) => draft.body.append(text))
    const before = this.#shown(at)
    if (before === undefined) return expect(edit).rejects.toMatchObject({ code: 'CONTEXT_NOT_FOUND' })
    this.#write(at, { ...before.content, body: before.content.body + text }, (await edit).version)
  }

  async #hide(at: string, recursive: boolean): Promise<void> {
    const removal = this.#node.contexts.remove(at, { recursive })
    const targets = this.#below(at, recursive).filter(([, { isShown }]) => isShown)
    if (targets.length === 0) return expect(removal).rejects.toMatchObject({ code: 'CONTEXT_NOT_FOUND' })
    await removal
    for (const [, context] of targets) context.isShown = false
  }

  async #show(at: string, recursive: boolean): Promise<void> {
    const undeletion = this.#node.contexts.undelete(at, { recursive })
    const targets = this.#below(at, recursive).filter(([, { isShown }]) => !isShown)
    if (targets.length === 0) return expect(undeletion).rejects.toMatchObject({ code: 'CONTEXT_NOT_FOUND' })
    await undeletion
    for (const [, context] of targets) context.isShown = true
  }

  async #transfer(action: 'move' | 'copy', from: string, to: string): Promise<void> {
    const transfer = this.#node.contexts[action](from, to)
    const before = this.#shown(from)
    const code = transferProblem(from, to, { isThere: before !== undefined, isTaken: this.#shown(to) !== undefined })
    if (code !== undefined || before === undefined) return expect(transfer).rejects.toMatchObject({ code })
    const { version } = await transfer
    this.#write(to, before.content, version)
    if (action === 'move') before.isShown = false
  }

  async #batch(paths: readonly string[], body: string): Promise<void> {
    const { items } = await this.#node.contexts.batch(paths.map((at) => ({ put: { path: at, body } })))
    for (const [index, at] of paths.entries()) {
      const item = items[index]
      if (item === undefined || !('receipt' in item)) throw new TypeError('An atomic batch gives receipts')
      this.#write(at, { ...(this.#shown(at)?.content ?? EMPTY_CONTENT), body }, item.receipt.version)
    }
  }

  async #restore(at: string, pick: number): Promise<void> {
    const versions = this.#model.get(at)?.versions ?? []
    const chosen = versions[pick % Math.max(versions.length, 1)]
    if (chosen === undefined) return
    const { version } = await this.#node.contexts.restore(at, chosen[0])
    this.#write(at, chosen[1], version)
  }

  #shown(at: string): ModelContext | undefined {
    const context = this.#model.get(at)
    return context?.isShown === true ? context : undefined
  }

  #below(at: string, recursive: boolean): [string, ModelContext][] {
    return [...this.#model].filter(([each]) => (recursive ? isPathPrefix(asPath(at), asPath(each)) : each === at))
  }

  #write(at: string, content: ContextContent, version: Version): void {
    const versions = this.#model.get(at)?.versions ?? []
    this.#model.set(at, { content, isShown: true, versions: [...versions, [version, content]] })
  }
}

function openAt(dir: string, documentsLiveMax: number): Promise<HcfsNode> {
  return openNode({ dir, durability: 'buffered', limits: { documentsLiveMax, checkpointEntriesMax: 3 } })
}

function transferProblem(
  from: string,
  to: string,
  { isThere, isTaken }: { isThere: boolean; isTaken: boolean }
): string | undefined {
  if (isPathPrefix(asPath(from), asPath(to)) || isPathPrefix(asPath(to), asPath(from))) return 'BAD_REQUEST'
  if (!isThere) return 'CONTEXT_NOT_FOUND'
  return isTaken ? 'CONTEXT_EXISTS' : undefined
}

function asPath(text: string): ContextPath {
  return parsePath(text)
}
