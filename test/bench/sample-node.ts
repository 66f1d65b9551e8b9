import { join } from 'node:path'
import type { BatchItem, ContextParts } from '@hcfs/core'
import type { HcfsNode } from '@hcfs/node'
import { STORE_FOLDER } from '../../packages/node/src/storage/directory-check.ts'
import { sampleBody } from './sample-context.ts'

/** What every context of the node's benchmarks holds: 1 KB in all. */
export const SAMPLE_PARTS: ContextParts = {
  body: sampleBody(960),
  fields: { status: 'open', owner: 'ada' },
  tags: ['urgent']
}

const PUTS_PER_BATCH = 1_024
const CONTEXTS_PER_FOLDER = 1_000
const INDEXED_MS_MAX = 600_000

/** Paths as they grow in use: folders of a thousand contexts. */
export function samplePath(index: number): string {
  return `/projects/project-${Math.floor(index / CONTEXTS_PER_FOLDER)}/context-${index % CONTEXTS_PER_FOLDER}`
}

export async function fillNode(node: HcfsNode, contextCount: number): Promise<void> {
  for (let first = 0; first < contextCount; first += PUTS_PER_BATCH) {
    const length = Math.min(PUTS_PER_BATCH, contextCount - first)
    await putAll(
      node,
      Array.from({ length }, (_, index) => samplePath(first + index))
    )
  }
}

/** Each put on its own, all in one call. */
export async function putAll(node: HcfsNode, paths: readonly string[]): Promise<void> {
  const items = paths.map((path): BatchItem => ({ put: { path, ...SAMPLE_PARTS } }))
  const { items: results } = await node.contexts.batch(items, { atomic: false })
  const failed = results.find((result) => 'error' in result)
  if (failed !== undefined) throw new Error(`A put of the benchmark failed: ${JSON.stringify(failed)}`)
}

/** Where the LevelDB of a closed node lies. */
export function storeFolderOf(directory: string): string {
  return join(directory, STORE_FOLDER)
}

/** Resolves once a search shows everything that is there, by words and by vectors. */
export async function untilIndexed(node: HcfsNode): Promise<void> {
  const { token } = await node.contexts.put('/indexed', { body: 'everything before this is indexed' })
  await node.search({ text: 'indexed', after: token, timeoutMs: INDEXED_MS_MAX })
}
