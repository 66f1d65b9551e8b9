import { expect, onTestFinished, test } from 'vitest'
import type { HcfsNode } from '../../src/hcfs-node.ts'
import { openNode } from '../../src/open-node.ts'
import { collect } from '../collect.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

/** More than one commit of a removal, a copy and a move. */
const COUNT = 600

async function open(dir: string): Promise<HcfsNode> {
  const node = await openNode({ dir, durability: 'buffered' })
  onTestFinished(() => node.close())
  return node
}

async function fill(node: HcfsNode, folder: string): Promise<void> {
  const items = Array.from({ length: COUNT }, (_, index) => ({ put: { path: `${folder}/${index}`, body: `${index}` } }))
  await node.contexts.batch(items, { atomic: false })
}

async function countBelow(node: HcfsNode, path: string): Promise<number> {
  return (await collect(node.contexts.list(path, { recursive: true }))).length
}

/** Cuts an operation off behind its first step, as a crash would: the node is closed under it. */
async function cutOff(node: HcfsNode, operation: (onProgress: () => void) => Promise<unknown>): Promise<void> {
  let closing: Promise<void> | undefined
  const cut = operation(() => {
    closing ??= node.close()
  })
  await expect(cut).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })
  await closing
}

test('a removal of many contexts that was cut off is finished at the next open', async () => {
  const dir = await temporaryDirectory()
  const node = await open(dir)
  await fill(node, '/many')
  await node.contexts.put('/other', { body: 'stays' })
  await cutOff(node, (onProgress) => node.contexts.remove('/many', { recursive: true, onProgress }))
  const next = await open(dir)
  expect(await countBelow(next, '/many')).toBe(0)
  expect(await collect(next.contexts.trash('/many'))).toHaveLength(COUNT)
  expect((await next.contexts.get('/other')).body).toBe('stays')
})

test.each([
  ['move', 0],
  ['copy', COUNT]
] as const)('a %s of many contexts that was cut off is finished at the next open', async (action, left) => {
  const dir = await temporaryDirectory()
  const node = await open(dir)
  await fill(node, '/from')
  await cutOff(node, (onProgress) => node.contexts[action]('/from', '/to', { recursive: true, onProgress }))
  const next = await open(dir)
  expect(await countBelow(next, '/from')).toBe(left)
  expect(await countBelow(next, '/to')).toBe(COUNT)
  expect((await next.contexts.get('/to/7')).body).toBe('7')
  expect((await next.verify()).problems).toEqual([])
})

test('an operation that its caller aborted is not finished behind its back', async () => {
  const dir = await temporaryDirectory()
  const node = await open(dir)
  await fill(node, '/many')
  const aborting = new AbortController()
  const removal = node.contexts.remove('/many', {
    recursive: true,
    signal: aborting.signal,
    onProgress: () => aborting.abort()
  })
  await expect(removal).rejects.toThrow()
  const left = await countBelow(node, '/many')
  expect(left).toBeGreaterThan(0)
  await node.close()
  expect(await countBelow(await open(dir), '/many')).toBe(left)
})
