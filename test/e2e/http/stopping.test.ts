import { once } from 'node:events'
import { connect as connectSocket } from 'node:net'
import { HcfsError, ManualClock, settle } from '@hcfs/core'
import { expect, onTestFinished, test } from 'vitest'
import { serveNetwork } from './network-node.ts'

test('a call that runs when the server stops gets its answer, and its connection ends with it', async () => {
  const { node, ask, key, server } = await serveNetwork()
  const { key: text } = await key()
  const asked = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<void>()
  const { get } = node.contexts
  node.contexts.get = async (path, options) => {
    asked.resolve()
    await answer.promise
    return get.call(node.contexts, path, options) as never
  }
  await node.contexts.put('/a', { body: 'one' })
  const call = ask('/v1/contexts/a', { key: text })
  await asked.promise
  const closed = server.close()
  answer.resolve()
  expect(await (await call).json()).toMatchObject({ body: 'one' })
  await closed
})

test('a reader that stopped reading without a word is cut off, and holds up nobody', async () => {
  const clock = new ManualClock()
  const { node, url, key, server } = await serveNetwork({ clock, stopCallsMsMax: 1_000 })
  const { key: text } = await key()
  await node.contexts.put('/a', { body: 'x'.repeat(900_000) })
  const { port } = new URL(url)
  const socket = connectSocket(Number(port), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  // More than the buffers on the way hold, so the answer cannot end.
  const request = `GET /v1/contexts/a HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${text}\r\n\r\n`
  for (let count = 0; count < 16; count += 1) socket.write(request)
  await once(socket, 'readable')
  const closed = server.close()
  await settle()
  await clock.advance(1_000)
  await closed
})

test('calls that come while the server stops are told so', async () => {
  const { ask, key, server, node } = await serveNetwork()
  const { key: text } = await key()
  const asked = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  node.contexts.get = async () => {
    asked.resolve()
    await ended.promise
    throw new HcfsError('CONTEXT_NOT_FOUND', 'There is none')
  }
  const first = ask('/v1/contexts/a', { key: text })
  await asked.promise
  const closed = server.close()
  await expect(ask('/v1/contexts/a', { key: text })).rejects.toThrow()
  ended.resolve()
  expect((await first).status).toBe(404)
  await closed
})
