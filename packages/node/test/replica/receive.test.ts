import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import type { NodeLimitName } from '@hcfs/core'
import { expect, onTestFinished, test } from 'vitest'
import type { HcfsNode } from '../../src/hcfs-node.ts'
import { openNode } from '../../src/open-node.ts'
import type { ReceivedBytes } from '../../src/replica/received-commit.ts'
import { collect } from '../collect.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

type Limits = { readonly [Name in NodeLimitName]?: number }

async function open(dir: string, limits: Limits = {}): Promise<HcfsNode> {
  const node = await openNode({ dir, limits })
  onTestFinished(() => node.close())
  return node
}

/** A node that has written on, and a copy of its directory from before. */
async function writerAndCopy(
  limits: Limits = {}
): Promise<{ copy: HcfsNode; commits: ReceivedBytes[]; writer: HcfsNode }> {
  const folder = await temporaryDirectory()
  const [one, two] = [join(folder, 'one'), join(folder, 'two')]
  await (await open(one)).close()
  await cp(one, two, { recursive: true })
  const writer = await open(one)
  for (let turn = 0; turn < 3; turn += 1) await writer.contexts.put('/a', { body: `turn ${turn}` })
  return { writer, copy: await open(two, limits), commits: await collect(writer.commits({ after: 0 })) }
}

function outcomesOf(outcomes: readonly { readonly outcome: string }[]): string[] {
  return outcomes.map(({ outcome }) => outcome)
}

test('what was handed over is there, and a second time it is known', async () => {
  const { copy, commits, writer } = await writerAndCopy()
  expect(outcomesOf(await copy.receive(commits))).toEqual(['applied', 'applied', 'applied'])
  expect(await copy.contexts.get('/a')).toEqual(await writer.contexts.get('/a'))
  expect(outcomesOf(await copy.receive(commits))).toEqual(['known', 'known', 'known'])
  expect(copy.fingerprint()).toEqual(writer.fingerprint())
})

test('what came too early is parked, and applied once the rest is here', async () => {
  const { copy, commits } = await writerAndCopy()
  expect(await copy.receive(commits.slice(1))).toMatchObject([
    { outcome: 'parked', verdict: { reason: 'parents-missing' } },
    { outcome: 'parked', verdict: { reason: 'parents-missing' } }
  ])
  await expect(copy.contexts.get('/a')).rejects.toMatchObject({ code: 'CONTEXT_NOT_FOUND' })
  expect(outcomesOf(await copy.receive(commits.slice(0, 1)))).toEqual(['applied'])
  expect((await copy.contexts.get('/a')).body).toBe('turn 2')
})

test('a watcher sees what was handed over', async () => {
  const { copy, commits } = await writerAndCopy()
  await copy.receive(commits)
  const seen: string[] = []
  for await (const { path } of copy.contexts.watch('/', { from: 0 })) if (seen.push(path) === 3) break
  expect(seen).toEqual(['/a', '/a', '/a'])
})

test('only so much of one author is parked', async () => {
  const { copy, writer } = await writerAndCopy({ parkedBytesPerAuthorMax: 1_048_576 })
  for (let turn = 0; turn < 4; turn += 1) await writer.contexts.put(`/large/${turn}`, { body: 'x'.repeat(400_000) })
  const [first, ...rest] = await collect(writer.commits({ after: 0 }))
  expect(outcomesOf(await copy.receive(rest))).toEqual(['parked', 'parked', 'parked', 'parked', 'dropped', 'dropped'])
  await copy.receive(first === undefined ? [] : [first])
  expect(outcomesOf(await copy.receive(rest))).toEqual(['known', 'known', 'known', 'known', 'applied', 'applied'])
  expect(copy.fingerprint()).toEqual(writer.fingerprint())
})

test('bytes that are no commit, or that nobody signed, are refused, and harm nobody else', async () => {
  const { copy, commits } = await writerAndCopy()
  const [first, ...rest] = commits
  if (first === undefined) throw new TypeError('There is a first commit')
  const outcomes = await copy.receive([
    { commit: Uint8Array.of(1, 2, 3), payloads: [] },
    { ...first, commit: flipped(first.commit, first.commit.length >> 1) },
    ...commits
  ])
  expect(outcomesOf(outcomes)).toEqual(['refused', 'refused', ...rest.map(() => 'applied'), 'applied'])
})

test('a payload that is not the one that was signed is as good as none', async () => {
  const { copy, commits } = await writerAndCopy()
  const damaged = commits.map((each) => ({ ...each, payloads: each.payloads.map((payload) => flipped(payload, 3)) }))
  expect(await copy.receive(damaged.slice(0, 1))).toMatchObject([
    { outcome: 'parked', verdict: { reason: 'payloads-missing' } }
  ])
  expect(outcomesOf(await copy.receive(commits))).toEqual(['applied', 'applied', 'applied'])
})

test('commits of another network count for nothing', async () => {
  const { copy } = await writerAndCopy()
  const stranger = await openNode({ memory: true })
  onTestFinished(() => stranger.close())
  await stranger.contexts.put('/a', { body: 'not yours' })
  const outcomes = await copy.receive(await collect(stranger.commits({ after: 0 })))
  expect(outcomes).toMatchObject([{ outcome: 'void', verdict: { reason: 'other-network' } }])
})

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[at]! ^= 1
  return copy
}
