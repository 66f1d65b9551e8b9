import type { HcfsNode } from '@hcfs/node'
import { expect } from 'vitest'

/** What a writer was told before it was killed. */
export type Ack =
  | { readonly kind: 'line'; readonly path: string; readonly line: number; readonly commit: string }
  | { readonly kind: 'commit'; readonly path: string; readonly commit: string }
  | { readonly kind: 'gone'; readonly path: string }
  | { readonly kind: 'batch' | 'felling'; readonly folder: string; readonly count: number }
  | { readonly kind: 'moving'; readonly from: string; readonly to: string; readonly count: number }

const BATCH_PATHS = 5

/** Everything that was ever acknowledged is there, nothing half there, and all of it agrees with the log. */
export async function expectIntact(node: HcfsNode, acks: readonly Ack[]): Promise<void> {
  await expectCommits(node, acks)
  await expectLines(node, acks)
  await expectWholeBatches(node, acks)
  await expectWholeForests(node, acks)
  await expectWholeOrchards(node, acks)
  for (const ack of acks) {
    if (ack.kind === 'gone')
      await expect(node.contexts.get(ack.path)).rejects.toMatchObject({ code: 'CONTEXT_NOT_FOUND' })
  }
  expect((await node.verify()).problems).toEqual([])
}

async function expectCommits({ contexts }: HcfsNode, acks: readonly Ack[]): Promise<void> {
  const wanted = new Map<string, Set<string>>()
  for (const ack of acks) {
    if (ack.kind !== 'line' && ack.kind !== 'commit') continue
    wanted.set(ack.path, (wanted.get(ack.path) ?? new Set()).add(ack.commit))
  }
  for (const [path, commits] of wanted) {
    for await (const { commit } of contexts.history(path)) commits.delete(commit)
    expect([path, ...commits]).toEqual([path])
  }
}

/** Line n is the number n, so a lost, doubled or torn one shows. */
async function expectLines({ contexts }: HcfsNode, acks: readonly Ack[]): Promise<void> {
  const last = new Map<string, number>()
  for (const ack of acks) if (ack.kind === 'line') last.set(ack.path, Math.max(ack.line, last.get(ack.path) ?? 0))
  for (const [path, line] of last) {
    const lines = (await contexts.get(path)).body.split('\n').slice(0, -1)
    expect(lines.length).toBeGreaterThan(line)
    expect(lines).toEqual(lines.map((_, index) => String(index)))
  }
}

/** A removal in steps that was cut off is finished by the next opening, or never began. */
async function expectWholeForests({ contexts }: HcfsNode, acks: readonly Ack[]): Promise<void> {
  for (const ack of acks) {
    if (ack.kind !== 'felling') continue
    expect([0, ack.count]).toContain(await countBelow(contexts, ack.folder))
  }
}

/** A move in steps that was cut off is finished by the next opening, or never began: nothing is in both places or in none. */
async function expectWholeOrchards({ contexts }: HcfsNode, acks: readonly Ack[]): Promise<void> {
  for (const ack of acks) {
    if (ack.kind !== 'moving') continue
    const standing = [await countBelow(contexts, ack.from), await countBelow(contexts, ack.to)]
    expect([
      [ack.count, 0],
      [0, ack.count]
    ]).toContainEqual(standing)
  }
}

async function countBelow(contexts: HcfsNode['contexts'], folder: string): Promise<number> {
  let count = 0
  for await (const _ of contexts.list(folder, { recursive: true })) count += 1
  return count
}

async function expectWholeBatches({ contexts }: HcfsNode, acks: readonly Ack[]): Promise<void> {
  const found = new Map<string, number>()
  for await (const { path } of contexts.list('/batches', { recursive: true })) {
    const folder = path.slice(0, path.lastIndexOf('/'))
    found.set(folder, (found.get(folder) ?? 0) + 1)
  }
  for (const count of found.values()) expect(count).toBe(BATCH_PATHS)
  for (const ack of acks) if (ack.kind === 'batch') expect(found.get(ack.folder)).toBe(ack.count)
}
