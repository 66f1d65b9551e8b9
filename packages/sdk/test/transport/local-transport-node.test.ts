import { writeFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:http'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { wholeText } from '../../src/http/text-lines.ts'
import { localSocketPath, openLocalTransport } from '../../src/transport/local-transport-node.ts'
import type { TransportResponse } from '../../src/transport/transport.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const GET = { method: 'GET', target: '/x', headers: {} } as const

async function transportTo(answer: RequestListener) {
  const dir = await temporaryDirectory()
  const server = createServer(answer)
  await new Promise<void>((listening) => server.listen(localSocketPath(dir), listening))
  const transport = openLocalTransport({ dir })
  onTestFinished(async () => {
    await transport.close()
    server.closeAllConnections()
    server.close()
  })
  return { transport, server }
}

const textOf = ({ body }: TransportResponse): Promise<string> => wholeText(body)

test('a request arrives, and its answer comes back', async () => {
  const { transport } = await transportTo(async (request, response) => {
    const sent = await wholeText(request)
    response
      .writeHead(201, { etag: '"x"' })
      .end(`${request.method} ${request.url} ${request.headers['hcfs-agent']} ${sent}`)
  })
  const response = await transport.send({
    method: 'PUT',
    target: '/a?b=c',
    headers: { 'hcfs-agent': 'ada' },
    body: 'ünï'
  })
  expect(response.status).toBe(201)
  expect(response.headers.get('etag')).toBe('"x"')
  expect(response.headers.get('missing')).toBeNull()
  expect(await textOf(response)).toBe('PUT /a?b=c ada ünï')
})

test('calls that follow each other share a connection', async () => {
  const { transport, server } = await transportTo((_, response) => response.end('ok'))
  let connections = 0
  server.on('connection', () => {
    connections += 1
  })
  for (let round = 0; round < 5; round += 1) await textOf(await transport.send(GET))
  expect(connections).toBe(1)
})

test('streams that nobody finishes do not hold up calls', async () => {
  const { transport } = await transportTo((request, response) => {
    if (request.url === '/x') response.end('ok')
    else response.write('begun')
  })
  const streams = Array.from({ length: 70 }, () => transport.send({ ...GET, target: '/stream', isStream: true }))
  await Promise.all(streams)
  expect(await textOf(await transport.send(GET))).toBe('ok')
})

test('a reader that stops early lets go of the connection', async () => {
  const hungUp = Promise.withResolvers<void>()
  const { transport } = await transportTo((_, response) => {
    response.once('close', () => hungUp.resolve())
    response.write('begun')
  })
  for await (const _ of (await transport.send({ ...GET, isStream: true })).body) break
  await hungUp.promise
})

test('without a node there is a clear error', async () => {
  const transport = openLocalTransport({ dir: await temporaryDirectory() })
  await expect(transport.send(GET)).rejects.toMatchObject({
    code: 'NODE_NOT_RUNNING',
    message: expect.stringContaining('hcfs start')
  })
})

test('a file that is no socket is no node', async ({ skip }) => {
  skip(process.platform === 'win32', 'named pipes are no files')
  const dir = await temporaryDirectory()
  await writeFile(join(dir, 'node.sock'), '')
  await expect(openLocalTransport({ dir }).send(GET)).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })
})

test('a connection that breaks before or within the answer is lost', async () => {
  const { transport } = await transportTo((request, response) => {
    if (request.url === '/x') request.destroy()
    else response.write('begun', () => request.destroy())
  })
  await expect(transport.send(GET)).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
  const response = await transport.send({ ...GET, target: '/later' })
  await expect(textOf(response)).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
})

test('a call ends when its signal falls, before or within the answer', async () => {
  const { transport } = await transportTo((request, response) => {
    if (request.url === '/later') response.write('begun')
  })
  const reason = new Error('enough')
  await expect(transport.send({ ...GET, signal: AbortSignal.abort(reason) })).rejects.toMatchObject({
    code: 'OPERATION_ABORTED',
    cause: reason
  })
  const ended = new AbortController()
  const response = await transport.send({ ...GET, target: '/later', signal: ended.signal })
  const reading = textOf(response)
  ended.abort(reason)
  await expect(reading).rejects.toMatchObject({ code: 'OPERATION_ABORTED', cause: reason })
})

test('after it is closed a transport carries nothing', async () => {
  const { transport } = await transportTo((_, response) => response.end('ok'))
  await transport.close()
  await expect(transport.send(GET)).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })
})

test('the socket lies in the data directory', ({ skip }) => {
  skip(process.platform === 'win32', 'named pipes are no files')
  expect(localSocketPath('some/dir')).toBe(resolve('some/dir/node.sock'))
})

test('a path that the system would cut off is refused', ({ skip }) => {
  skip(process.platform === 'win32', 'named pipes are no files')
  const longest = `/${'x'.repeat(102 - '/node.sock'.length)}`
  expect(localSocketPath(longest)).toHaveLength(103)
  expect(() => localSocketPath(`${longest}x`)).toThrow(expect.objectContaining({ code: 'SOCKET_PATH_TOO_LONG' }))
})

test('a kept connection that the node has closed meanwhile is replaced', async () => {
  const { transport, server } = await transportTo((_, response) => response.end('ok'))
  await textOf(await transport.send(GET))
  server.closeAllConnections()
  expect(await textOf(await transport.send(GET))).toBe('ok')
})

test('a write whose connection breaks is not repeated', async () => {
  let writes = 0
  const { transport } = await transportTo((request, response) => {
    if (request.method !== 'GET') {
      writes += 1
      request.socket.destroy()
    } else response.end('ok')
  })
  await textOf(await transport.send(GET))
  await expect(transport.send({ ...GET, method: 'PATCH', body: '{}' })).rejects.toMatchObject({
    code: 'CONNECTION_LOST'
  })
  expect(writes).toBe(1)
})
