import { silentLogger } from '@hcfs/core'
import type { BridgeEditor } from '@hcfs/node'
import { openNode } from '@hcfs/node'
import { expect, onTestFinished, test, vi } from 'vitest'
import * as Y from 'yjs'
import { temporaryDirectory } from '../http/temporary-directory.ts'

function editorOf(client: number, agent: string) {
  const doc = new Y.Doc()
  doc.clientID = client
  const ended: string[] = []
  const editor: BridgeEditor = {
    by: { agent },
    update: (update) => Y.applyUpdate(doc, update),
    end: ({ code }) => void ended.push(code)
  }
  return { doc, editor, ended, text: doc.getText('body') }
}

async function openAt(dir: string) {
  const node = await openNode({ dir, search: false, listen: false, log: silentLogger })
  onTestFinished(() => node.close())
  return node
}

test('what two editors wrote stands in commits of each, and is there after the node was opened again', async () => {
  const dir = await temporaryDirectory()
  const node = await openAt(dir)
  const [ada, bob] = [editorOf(1, 'ada'), editorOf(2, 'bob')]
  const seats = [await node.editors.join('/a', ada.editor), await node.editors.join('/a', bob.editor)]
  for (const [index, { doc, text }] of [ada, bob].entries()) {
    Y.applyUpdate(doc, seats[index]!.missingSince(Y.encodeStateVector(doc)))
    const before = Y.encodeStateVector(doc)
    text.insert(0, `${index}`)
    expect(seats[index]!.receive(Y.encodeStateAsUpdate(doc, before))).toBe('applied')
  }
  for (const seat of seats) await seat.leave()
  const authors = []
  for await (const { by } of node.contexts.history('/a')) authors.push(by?.agent)
  expect(authors.sort()).toEqual(['ada', 'bob'])
  const { body } = await node.contexts.get('/a')
  await node.close()
  const again = await openAt(dir)
  const seat = await again.editors.join('/a', editorOf(3, 'eve').editor)
  const doc = new Y.Doc()
  Y.applyUpdate(doc, seat.missingSince(Y.encodeStateVector(ada.doc)))
  expect((await again.contexts.get('/a')).body).toBe(body)
  expect(ada.text.toString()).toBe(bob.text.toString())
})

test('a bridge that was written to many times stays small on the disk', async () => {
  const node = await openAt(await temporaryDirectory())
  const { doc, editor, text } = editorOf(1, 'ada')
  const seat = await node.editors.join('/a', editor)
  Y.applyUpdate(doc, seat.missingSince(Y.encodeStateVector(doc)))
  for (let index = 0; index < 200; index += 1) {
    const before = Y.encodeStateVector(doc)
    text.insert(text.length, 'x')
    seat.receive(Y.encodeStateAsUpdate(doc, before))
    if (index % 3 === 0) await node.contexts.put('/b', { body: `${index}` })
  }
  await seat.leave()
  expect((await node.contexts.get('/a')).body).toBe('x'.repeat(200))
})

test('a text that a context cannot hold ends the editors rather than leave them ahead of it', async () => {
  const node = await openAt(await temporaryDirectory())
  const { doc, editor, ended, text } = editorOf(1, 'ada')
  const seat = await node.editors.join('/a', editor)
  Y.applyUpdate(doc, seat.missingSince(Y.encodeStateVector(doc)))
  const before = Y.encodeStateVector(doc)
  text.insert(0, 'y'.repeat(2_000_000))
  seat.receive(Y.encodeStateAsUpdate(doc, before))
  await vi.waitFor(() => expect(ended).toEqual(['CONTEXT_TOO_LARGE']), { timeout: 10_000, interval: 5 })
  await expect(node.contexts.get('/a')).rejects.toMatchObject({ code: 'CONTEXT_NOT_FOUND' })
})
