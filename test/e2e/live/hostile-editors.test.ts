import { createEncoder, toUint8Array, writeVarString, writeVarUint, writeVarUint8Array } from 'lib0/encoding'
import { expect, onTestFinished, test } from 'vitest'
import WebSocket from 'ws'
import * as Y from 'yjs'
import type { LiveNode } from './live-node.ts'
import { haveAll, openEditor, serveLive, synced } from './live-node.ts'

/** How the node closes somebody who says this. */
async function closedAfter({ socketUrl }: LiveNode, message: Uint8Array | string): Promise<number> {
  const socket = new WebSocket(`${socketUrl}/v1/yjs/a`)
  onTestFinished(() => socket.terminate())
  const closed = new Promise<number>((resolve) => socket.on('close', resolve))
  await new Promise((resolve) => socket.on('open', resolve))
  socket.send(message)
  return closed
}

function update(bytes: Uint8Array): Uint8Array {
  const encoder = createEncoder()
  writeVarUint(encoder, 0)
  writeVarUint(encoder, 2)
  writeVarUint8Array(encoder, bytes)
  return toUint8Array(encoder)
}

function awareness(json: string): Uint8Array {
  const state = createEncoder()
  for (const number of [1, 7, 1]) writeVarUint(state, number)
  writeVarString(state, json)
  const encoder = createEncoder()
  writeVarUint(encoder, 1)
  writeVarUint8Array(encoder, toUint8Array(state))
  return toUint8Array(encoder)
}

function written(write: (doc: Y.Doc) => void, client = 5): Uint8Array {
  const doc = new Y.Doc()
  doc.clientID = client
  write(doc)
  return Y.encodeStateAsUpdate(doc)
}

test('what no editor of text sends ends the connection of who sent it, and nobody else is disturbed', async () => {
  const live = await serveLive()
  await live.node.contexts.put('/a', { body: 'kept' })
  const editor = openEditor(live, '/a')
  await synced(editor)
  const huge = createEncoder()
  // One client with 2^31 structs, in a few bytes.
  for (const number of [1, 2 ** 31, 5, 0]) writeVarUint(huge, number)
  const long = createEncoder()
  // A deletion of 2^45 letters that nobody wrote.
  for (const number of [1, 1, 5, 0, 1, 1]) writeVarUint(long, number)
  writeVarString(long, 'body')
  writeVarUint(long, 2 ** 45)
  writeVarUint(long, 0)
  const codes = {
    text: await closedAfter(live, 'hello'),
    noise: await closedAfter(live, Uint8Array.of(9, 9, 9)),
    cut: await closedAfter(live, Uint8Array.of(0, 2, 200)),
    bomb: await closedAfter(live, update(toUint8Array(huge))),
    length: await closedAfter(live, update(toUint8Array(long))),
    map: await closedAfter(live, update(written((doc) => doc.getMap('fields').set('a', 1)))),
    nested: await closedAfter(live, update(written((doc) => doc.getText('body').insertEmbed(0, new Y.Map())))),
    forged: await closedAfter(live, update(written((doc) => doc.getText('body').insert(0, 'x'), 2 ** 40))),
    cursor: await closedAfter(live, awareness(JSON.stringify({ name: 'x'.repeat(20_000) }))),
    unreadable: await closedAfter(live, awareness('{'))
  }
  expect(codes).toEqual({
    text: 4400,
    noise: 4400,
    cut: 4400,
    bomb: 4422,
    length: 4422,
    map: 4422,
    nested: 4422,
    forged: 4409,
    cursor: 4413,
    unreadable: 4400
  })
  editor.text.insert(0, 'still ')
  await haveAll('still kept', { node: live.node, path: '/a' }, editor)
})
