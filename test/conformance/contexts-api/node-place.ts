import type { ContextsApi, NodeApi } from '@hcfs/core'
import { onTestFinished } from 'vitest'

/** Opens something that offers the API, over a node that nobody has used yet. */
export type OpenApi = () => Promise<Pick<NodeApi, 'contexts' | 'close'>>

/** The contexts of a new node; it is closed when the test is over. */
export async function newContexts(open: OpenApi): Promise<ContextsApi> {
  const node = await open()
  onTestFinished(() => node.close())
  return node.contexts
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = []
  for await (const item of items) collected.push(item)
  return collected
}

/** So many items from the start; then the reading stops. */
export async function take<Item>(items: AsyncIterable<Item>, count: number): Promise<Item[]> {
  const taken: Item[] = []
  for await (const item of items) {
    taken.push(item)
    if (taken.length === count) break
  }
  return taken
}

export async function pathsOf(items: AsyncIterable<{ readonly path: string }>): Promise<string[]> {
  return (await collect(items)).map(({ path }) => path)
}

/** Writes a context at each path, whose body is the path. */
export async function fill(contexts: ContextsApi, ...paths: readonly string[]): Promise<void> {
  for (const path of paths) await contexts.put(path, { body: path })
}

/** Expects the code of a failure; a call that throws at once counts as one that fails. */
export function failureOf(call: () => PromiseLike<unknown>): Promise<unknown> {
  return Promise.resolve()
    .then(call)
    .then(
      () => 'it succeeded',
      (error: unknown) => error
    )
}
