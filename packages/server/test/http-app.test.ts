import { HcfsError, silentLogger } from '@hcfs/core'
import { expect, onTestFinished, test } from 'vitest'
import { FaultLog } from '../src/answers/fault-log.ts'
import { newHttpApp } from '../src/http-app.ts'

test('once the server stops, what still arrives on open connections is refused', async () => {
  const stopping = new AbortController()
  const app = newHttpApp({ faults: new FaultLog(silentLogger), stopping: stopping.signal })
  onTestFinished(() => app.close())
  app.get('/', () => ({ ok: true }))
  expect((await app.inject('/')).json()).toEqual({ ok: true })
  stopping.abort(new HcfsError('NODE_NOT_RUNNING', 'The node is stopping'))
  expect((await app.inject('/')).json()).toMatchObject({ code: 'NODE_NOT_RUNNING', status: 503 })
})
