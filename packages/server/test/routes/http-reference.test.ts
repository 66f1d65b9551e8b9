import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SystemClock, silentLogger } from '@hcfs/core'
import { openNode } from '@hcfs/node'
import { expect, onTestFinished, test } from 'vitest'
import { ExpectedResults } from '../../src/answers/expected-results.ts'
import { FaultLog } from '../../src/answers/fault-log.ts'
import { Streams } from '../../src/answers/streams.ts'
import { newHttpApp } from '../../src/http-app.ts'
import { registerLocalRoutes } from '../../src/routes/register-routes.ts'

const PAGE = join(import.meta.dirname, '../../../../docs/reference/http.md')

/** Every call as the page writes it: `GET /v1/contexts/{path}`. */
async function servedCalls(): Promise<string[]> {
  const node = await openNode({ memory: true })
  onTestFinished(() => node.close())
  const faults = new FaultLog(silentLogger)
  const stopping = new AbortController().signal
  const app = newHttpApp({ faults, stopping })
  const calls: string[] = []
  app.addHook('onRoute', ({ method, url }) => {
    calls.push(...[method].flat().map((each) => `${each} ${url.replace('*', '{path}').replaceAll(/:(\w+)/g, '{$1}')}`))
  })
  const streams = new Streams(
    { clock: new SystemClock(), faults, stopping, results: new ExpectedResults() },
    { heartbeatPauseMs: 1_000 }
  )
  registerLocalRoutes({ app, node, nodeOf: () => node, streams, stop: () => {} })
  return calls
}

test('the reference describes every call, and none that is not there', async () => {
  const described = [...readFileSync(PAGE, 'utf8').matchAll(/`((?:GET|PUT|PATCH|DELETE|POST) \/[^`]*)`/g)]
  const served = await servedCalls()
  expect(served.length).toBeGreaterThan(20)
  expect(new Set(described.map(([, call]) => call))).toEqual(
    new Set(served.filter((call) => !call.startsWith('HEAD ')))
  )
})
