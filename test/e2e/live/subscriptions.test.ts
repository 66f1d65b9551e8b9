import { expect, onTestFinished, test } from 'vitest'
import WebSocket from 'ws'
import { eventually, serveLive } from './live-node.ts'

interface Message {
  readonly type: string
  readonly id?: string
  readonly position?: number
  readonly change?: { readonly path: string; readonly position: number }
  readonly error?: { readonly code: string }
  readonly members?: readonly object[]
}

async function connectLive(url: string, key?: string) {
  const socket = new WebSocket(
    `${url}/v1/live`,
    key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } }
  )
  onTestFinished(() => socket.terminate())
  const messages: Message[] = []
  socket.on('message', (data) => messages.push(JSON.parse(String(data))))
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }))
  )
  await new Promise((resolve) => socket.on('open', resolve))
  const paths = () => messages.flatMap(({ change }) => change?.path ?? [])
  return { socket, messages, closed, paths, send: (message: object) => socket.send(JSON.stringify(message)) }
}

test('a subscriber hears of changes below its prefix, and goes on from a position after it was away', async () => {
  const { node, socketUrl } = await serveLive()
  const first = await connectLive(socketUrl)
  first.send({ type: 'subscribe', id: '1', under: '/in' })
  await eventually(() => expect(first.messages).toMatchObject([{ type: 'subscribed', id: '1' }]))
  await node.contexts.put('/in/a', { body: 'one' })
  await node.contexts.put('/out/a', { body: 'one' })
  await eventually(() => expect(first.paths()).toEqual(['/in/a']))
  const from = first.messages.at(-1)?.change?.position
  first.socket.terminate()
  await node.contexts.put('/in/b', { body: 'two' })
  const second = await connectLive(socketUrl)
  second.send({ type: 'subscribe', id: '1', under: '/in', from })
  await eventually(() => expect(second.paths()).toEqual(['/in/b']))
})

test('a subscription that was given up tells nothing more', async () => {
  const { node, socketUrl } = await serveLive()
  const live = await connectLive(socketUrl)
  for (const id of ['kept', 'left']) live.send({ type: 'subscribe', id })
  live.send({ type: 'unsubscribe', id: 'left' })
  await eventually(() => expect(live.messages.map(({ type }) => type)).toContain('unsubscribed'))
  await node.contexts.put('/a', { body: 'one' })
  await eventually(() => expect(live.messages.filter(({ change }) => change).map(({ id }) => id)).toEqual(['kept']))
})

test('a key subscribes within its subtree only', async () => {
  const { socketUrl, key } = await serveLive({ isOpenWithoutKey: false })
  const live = await connectLive(socketUrl, (await key({ role: 'read', under: '/in' })).key)
  live.send({ type: 'subscribe', id: '1', under: '/out' })
  await eventually(() =>
    expect(live.messages).toMatchObject([{ type: 'error', error: { code: 'KEY_SCOPE_EXCEEDED' } }])
  )
})

test('those who are present at a path see each other come and go', async () => {
  const { socketUrl } = await serveLive()
  const [first, second] = [await connectLive(socketUrl), await connectLive(socketUrl)]
  first.send({ type: 'presence', path: '/a', state: { name: 'Ada' } })
  second.send({ type: 'presence', path: '/a', state: { name: 'Bob' } })
  await eventually(() => expect(first.messages.at(-1)?.members).toHaveLength(2))
  second.socket.terminate()
  await eventually(() => expect(first.messages.at(-1)?.members).toHaveLength(1))
})

test('a quiet connection gets heartbeats with the position', async () => {
  const { socketUrl } = await serveLive({ heartbeatPauseMs: 100 })
  const live = await connectLive(socketUrl)
  await eventually(() => expect(live.messages).toContainEqual(expect.objectContaining({ type: 'heartbeat' })))
})

test('who says what nobody understands is closed with the reason', async () => {
  const { socketUrl } = await serveLive()
  const live = await connectLive(socketUrl)
  live.send({ type: 'dance' })
  expect(await live.closed).toEqual({ code: 4400, reason: 'BAD_REQUEST' })
})

test('who does not read holds nobody up', async () => {
  const { node, socketUrl } = await serveLive()
  const [slow, quick] = [await connectLive(socketUrl), await connectLive(socketUrl)]
  for (const each of [slow, quick]) each.send({ type: 'subscribe', id: '1', values: true })
  await eventually(() => expect([slow, quick].map(({ messages }) => messages.length)).toEqual([1, 1]))
  slow.socket.pause()
  const body = 'x'.repeat(100_000)
  for (let index = 0; index < 100; index += 1) await node.contexts.put(`/a/${index}`, { body: `${index}${body}` })
  await eventually(() => expect(quick.paths()).toHaveLength(100))
  expect(slow.paths().length).toBeLessThan(100)
})
