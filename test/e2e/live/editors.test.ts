import { expect, test } from 'vitest'
import { eventually, haveAll, openEditor, serveLive, synced } from './live-node.ts'

test('two editors and an agent write in the same text', async () => {
  const live = await serveLive()
  await live.node.contexts.put('/notes/a', { body: 'one\ntwo\nthree\n' })
  const [first, second] = [openEditor(live, '/notes/a'), openEditor(live, '/notes/a')]
  await synced(first, second)
  first.text.insert(3, '!')
  await live.node.contexts.put('/notes/a', { body: 'one\ntwo\nthree\nfour\n' })
  second.text.insert(0, '> ')
  await eventually(() => expect(first.text.toString()).toBe('> one!\ntwo\nthree\nfour\n'))
  await haveAll('> one!\ntwo\nthree\nfour\n', { node: live.node, path: '/notes/a' }, first, second)
})

test('what editors write is in the history, by whose key they came', async () => {
  const live = await serveLive({ isOpenWithoutKey: false })
  const { key } = await live.key({ role: 'write', name: 'ada', under: '/notes' })
  const editor = openEditor(live, '/notes/a', { key })
  await synced(editor)
  editor.text.insert(0, 'hello')
  await haveAll('hello', { node: live.node, path: '/notes/a' }, editor)
  expect((await live.node.contexts.get('/notes/a')).by).toEqual({ agent: 'ada' })
})

test('what was typed before the first sync is merged', async () => {
  const live = await serveLive()
  await live.node.contexts.put('/a', { body: 'from the node. ' })
  const editor = openEditor(live, '/a')
  editor.text.insert(0, 'typed. ')
  await synced(editor)
  await eventually(() => expect(editor.text.toString()).toHaveLength('from the node. typed. '.length))
  await haveAll(editor.text.toString(), { node: live.node, path: '/a' }, editor)
})

test('an agent that writes all the time and an editor that types all the time end with one text', async () => {
  const live = await serveLive()
  await live.node.contexts.put('/a', { body: 'start\n' })
  const editors = [openEditor(live, '/a'), openEditor(live, '/a'), openEditor(live, '/a')]
  await synced(...editors)
  for (let round = 0; round < 40; round += 1) {
    const writes = editors.map(async ({ text }, index) => {
      text.insert((round * 7 + index) % (text.length + 1), `${index}`)
      if (round % 5 === 0 && text.length > 4) text.delete(1, 2)
    })
    const { body } = await live.node.contexts.get('/a')
    writes.push(live.node.contexts.put('/a', { body: `${body}line ${round}\n` }).then(() => {}))
    await Promise.all(writes)
  }
  await eventually(async () => {
    const { body } = await live.node.contexts.get('/a')
    expect(editors.map(({ text }) => text.toString())).toEqual([body, body, body])
    for (let round = 0; round < 40; round += 1) expect(body).toMatch(/li/)
  })
})

test('an editor of a context that is removed is told so, and does not bring it back', async () => {
  const live = await serveLive()
  await live.node.contexts.put('/a', { body: 'one' })
  const editor = openEditor(live, '/a')
  await synced(editor)
  await live.node.contexts.remove('/a')
  expect(await editor.closed).toMatchObject({ code: 4404, reason: 'CONTEXT_NOT_FOUND' })
  await expect(live.node.contexts.get('/a')).rejects.toMatchObject({ code: 'CONTEXT_NOT_FOUND' })
})

test('a key that may only read sees every change, and is cut when it writes', async () => {
  const live = await serveLive({ isOpenWithoutKey: false })
  await live.node.contexts.put('/a', { body: 'one' })
  const reader = openEditor(live, '/a', { key: (await live.key({ role: 'read' })).key })
  await synced(reader)
  await live.node.contexts.put('/a', { body: 'one two' })
  await eventually(() => expect(reader.text.toString()).toBe('one two'))
  reader.text.insert(0, 'x')
  expect(await reader.closed).toMatchObject({ code: 4403 })
  expect((await live.node.contexts.get('/a')).body).toBe('one two')
})

test('a key opens no editor outside its subtree', async () => {
  const live = await serveLive({ isOpenWithoutKey: false })
  const editor = openEditor(live, '/out/a', { key: (await live.key({ role: 'write', under: '/in' })).key })
  expect(await editor.closed).toMatchObject({ code: 4403, reason: 'KEY_SCOPE_EXCEEDED' })
})

test('editors see where the others are, and when they go', async () => {
  const live = await serveLive()
  const [first, second] = [openEditor(live, '/a'), openEditor(live, '/a')]
  await synced(first, second)
  first.provider.awareness.setLocalStateField('user', { name: 'Ada' })
  const seen = () => second.provider.awareness.getStates().get(first.doc.clientID)
  await eventually(() => expect(seen()).toEqual({ user: { name: 'Ada' } }))
  first.provider.destroy()
  await eventually(() => expect(seen()).toBeUndefined())
})

test('a browser comes with a ticket, once', async () => {
  const live = await serveLive({ isOpenWithoutKey: false })
  const { key } = await live.key({ role: 'write', name: 'page' })
  const answer = await fetch(`${live.url}/v1/live/tickets`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` }
  })
  const { ticket, expiresInMs }: { ticket: string; expiresInMs: number } = JSON.parse(await answer.text())
  expect(expiresInMs).toBe(60_000)
  const editor = openEditor(live, '/a', { params: { ticket } })
  await synced(editor)
  const second = openEditor(live, '/a', { params: { ticket } })
  const failed = new Promise((resolve) => second.provider.on('connection-error', resolve))
  await failed
  expect(second.provider.synced).toBe(false)
})

test('a hundred editors share one context', async () => {
  const live = await serveLive()
  const editors = Array.from({ length: 100 }, () => openEditor(live, '/a'))
  await synced(...editors)
  for (const [index, { text }] of editors.entries()) text.insert(0, `${index}\n`)
  await eventually(() => expect(editors[0]?.text.toString().split('\n')).toHaveLength(101))
  await haveAll(editors[0]?.text.toString() ?? '', { node: live.node, path: '/a' }, ...editors)
})
