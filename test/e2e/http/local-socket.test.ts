import { spawnSync } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { SystemClock, silentLogger } from '@hcfs/core'
import { connect } from '@hcfs/sdk'
import { createServer } from '@hcfs/server'
import { expect, onTestFinished, test } from 'vitest'
import { serveLocally } from './local-node.ts'
import { rawRequest } from './raw-request.ts'

test('only the user may open the socket', async ({ skip }) => {
  skip(process.platform === 'win32', 'named pipes are no files')
  const { socketPath } = await serveLocally()
  expect((await stat(socketPath)).mode & 0o777).toBe(0o600)
})

test('the socket is gone when the server is closed', async ({ skip }) => {
  skip(process.platform === 'win32', 'named pipes are no files')
  const { socketPath, server } = await serveLocally()
  await server.close()
  await server.close()
  await expect(stat(socketPath)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a socket that a killed process left behind is replaced', async ({ skip }) => {
  skip(process.platform === 'win32', 'named pipes are no files')
  const { socketPath, server, node } = await serveLocally()
  await server.close()
  const leaveSocket = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`
  spawnSync(process.execPath, ['--eval', leaveSocket, socketPath])
  expect((await stat(socketPath)).isSocket()).toBe(true)
  const second = createServer({ node, clock: new SystemClock(), log: silentLogger, stop: () => {} })
  onTestFinished(() => second.close())
  await second.listen({ socketPath })
  expect((await rawRequest(socketPath, '/healthz')).json()).toEqual({ ok: true })
})

test('a socket that another process serves is left alone', async () => {
  const { socketPath, node } = await serveLocally()
  const second = createServer({ node, clock: new SystemClock(), log: silentLogger, stop: () => {} })
  onTestFinished(() => second.close())
  await expect(second.listen({ socketPath })).rejects.toMatchObject({ code: 'DIRECTORY_IN_USE' })
  expect((await rawRequest(socketPath, '/healthz')).json()).toEqual({ ok: true })
})

test('the node is asked to stop once the caller has its answer', async () => {
  const stopped = Promise.withResolvers<void>()
  const { dir } = await serveLocally({ stop: () => stopped.resolve() })
  await using client = await connect({ dir })
  await client.stop()
  await stopped.promise
})
