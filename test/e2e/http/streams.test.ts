import type { IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import type { ListEntry } from '@hcfs/core'
import { HcfsError, ManualClock, parsePath, settle } from '@hcfs/core'
import { openNode } from '@hcfs/node'
import { expect, test } from 'vitest'
import { serveLocally } from './local-node.ts'
import { rawRequest, rawStream } from './raw-request.ts'

const linesOf = (text: string): unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

/** Takes lines from an answer one by one. */
function lineReader(message: IncomingMessage): () => Promise<string | undefined> {
  const lines = createInterface({ input: message })[Symbol.asyncIterator]()
  return async () => {
    const { value, done } = await lines.next()
    return done === true ? undefined : value
  }
}

async function readEvent(next: () => Promise<string | undefined>): Promise<string[]> {
  const lines: string[] = []
  for (let line = await next(); line !== undefined && line !== ''; line = await next()) lines.push(line)
  return lines
}

test('a listing has one row per line', async () => {
  const { socketPath, node } = await serveLocally()
  await node.contexts.put('/a', { body: 'one' })
  await node.contexts.put('/b/c', { body: 'two' })
  const answer = await rawRequest(socketPath, '/v1/list/')
  expect(answer.headers['content-type']).toBe('application/x-ndjson')
  expect(linesOf(answer.text)).toMatchObject([{ path: '/a' }, { path: '/b', isContext: false }])
})

test('an empty listing is an empty answer', async () => {
  const { socketPath } = await serveLocally()
  expect(await rawRequest(socketPath, '/v1/list/')).toMatchObject({ status: 200, text: '' })
})

test('a listing that fails before its first row has the status of the failure', async () => {
  const { socketPath } = await serveLocally()
  const answer = await rawRequest(socketPath, '/v1/history/nowhere')
  expect(answer.json()).toMatchObject({ code: 'CONTEXT_NOT_FOUND', status: 404 })
})

test('a listing that fails later ends with the failure', async () => {
  const node = await openNode({ memory: true })
  node.contexts.list = async function* () {
    yield { path: parsePath('/a'), isContext: false }
    throw new HcfsError('STORAGE_CORRUPT', 'A record is damaged', { details: { key: 'k' } })
  }
  const { socketPath } = await serveLocally({ node })
  const { status, text } = await rawRequest(socketPath, '/v1/list/')
  expect(status).toBe(200)
  expect(linesOf(text)).toEqual([
    { path: '/a', isContext: false },
    { error: { code: 'STORAGE_CORRUPT', message: 'A record is damaged', details: { key: 'k' } } }
  ])
})

test('a reader that stops holds the listing back, and hanging up ends it', async () => {
  const node = await openNode({ memory: true })
  let given = 0
  const ended = Promise.withResolvers<void>()
  node.contexts.list = async function* (): AsyncGenerator<ListEntry> {
    try {
      for (;;) {
        given += 1
        yield { path: parsePath(`/${'x'.repeat(200)}`), isContext: false }
      }
    } finally {
      ended.resolve()
    }
  }
  const { socketPath } = await serveLocally({ node })
  const message = await rawStream(socketPath, '/v1/list/')
  let before: number
  // Without back-pressure this would go on for ever.
  do {
    before = given
    for (let round = 0; round < 50; round += 1) await settle()
  } while (given > before)
  message.destroy()
  await ended.promise
})

test('changes are events whose ids are positions', async () => {
  const { socketPath, node } = await serveLocally()
  await node.contexts.put('/a', { body: 'one' })
  const message = await rawStream(socketPath, '/v1/changes?from=0&values=true')
  expect(message.headers['content-type']).toBe('text/event-stream')
  const next = lineReader(message)
  expect(await readEvent(next)).toEqual([': watching', 'id: 0'])
  const [id, data] = await readEvent(next)
  const change: unknown = JSON.parse(data?.slice('data: '.length) ?? '')
  expect(change).toMatchObject({ path: '/a', kind: 'update', after: { body: 'one' } })
  expect(change).toMatchObject({ position: Number(id?.slice('id: '.length)) })
})

test('a watcher that lost its connection goes on after the event it had last', async () => {
  const { socketPath, node } = await serveLocally()
  for (const path of ['/a', '/b', '/c']) await node.contexts.put(path, { body: path })
  const first = lineReader(await rawStream(socketPath, '/v1/changes?from=0'))
  await readEvent(first)
  const [id] = await readEvent(first)
  const headers = { 'last-event-id': id?.slice('id: '.length) ?? '' }
  const second = lineReader(await rawStream(socketPath, '/v1/changes?from=0', { headers }))
  await readEvent(second)
  expect((await readEvent(second))[1]).toContain('"path":"/b"')
})

test('a watcher without changes gets a comment from time to time', async () => {
  const clock = new ManualClock()
  const { socketPath } = await serveLocally({ clock, heartbeatPauseMs: 1_000 })
  const next = lineReader(await rawStream(socketPath, '/v1/changes'))
  await readEvent(next)
  for (let round = 0; round < 3; round += 1) {
    await clock.advance(1_000)
    expect(await readEvent(next)).toEqual([': still watching'])
  }
})

test('a server that stops tells its watchers why, and waits for nobody', async () => {
  const { socketPath, server } = await serveLocally()
  const next = lineReader(await rawStream(socketPath, '/v1/changes'))
  await readEvent(next)
  const closed = server.close()
  expect(await readEvent(next)).toEqual(['event: error', expect.stringContaining('NODE_NOT_RUNNING')])
  await closed
})

test('a watch ends at the node when its reader hangs up', async () => {
  const node = await openNode({ memory: true })
  const ended = Promise.withResolvers<void>()
  const { watch } = node.contexts
  node.contexts.watch = async function* (path, options) {
    yield* watch.call(node.contexts, path, options)
    ended.resolve()
  }
  const { socketPath } = await serveLocally({ node })
  const message = await rawStream(socketPath, '/v1/changes')
  message.destroy()
  await ended.promise
})

test('an operation on a subtree tells its steps and then its result', async () => {
  const { socketPath, node } = await serveLocally()
  const items = Array.from({ length: 300 }, (_, index) => ({ put: { path: `/p/${index}`, body: 'x' } }))
  await node.contexts.batch(items, { atomic: false })
  const answer = await rawRequest(socketPath, '/v1/remove', { method: 'POST', body: { path: '/p', recursive: true } })
  expect(linesOf(answer.text)).toMatchObject([
    { progress: { done: 256, total: 300 } },
    { progress: { done: 300, total: 300 } },
    { result: { path: '/p', contexts: 300 } }
  ])
})
