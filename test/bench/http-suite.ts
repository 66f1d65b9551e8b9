import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { SystemClock, silentLogger } from '@hcfs/core'
import type { HcfsNode } from '@hcfs/node'
import { openNode } from '@hcfs/node'
import { createServer } from '@hcfs/server'
import type { FastifyInstance } from 'fastify'
import Fastify from 'fastify'
import type { HttpLoad, HttpLoadReport } from './http-load-process.ts'
import type { HttpWatchers } from './http-watch-process.ts'
import { PipelinedRequests } from './pipelined-requests.ts'
import type { Suite } from './suite.ts'

const BODY = 'A line of text about the docking of the second stage.\n'.repeat(16)
const CALLS_PER_MINUTE = 100_000_000
const PIPELINED = 32
const CONNECTIONS = 1_000
const PER_SECOND = 2_000
const LOAD_SECONDS = 5
const WATCHERS = 1_000
const FAN_OUT_CHANGES = 20
const FAN_OUT_PAUSE_MS = 150
const MIB = 1_048_576

/** The network face of a node, and one bare Fastify handler that sends the same bytes, in this process. */
export const httpSuite: Suite = {
  name: 'http',
  unit: 'contexts',
  sizes: [1_000],
  async open(size) {
    const directory = await mkdtemp(join(tmpdir(), 'hcfs-bench-http-'))
    const node = await openNode({ dir: directory, listen: false })
    const server = createServer(
      { node, apiKeys: node.keys, clock: new SystemClock(), log: silentLogger, stop: () => {} },
      { keyCallsPerMinuteMax: CALLS_PER_MINUTE }
    )
    const { url } = await server.listenHttp({ host: '127.0.0.1', port: 0 })
    const { key } = await node.keys.create({ role: 'write' })
    await fill(node, size)
    const bytes = JSON.stringify(await node.contexts.get('/bench/7'))
    const bare = await bareFastify(bytes)
    const own = await PipelinedRequests.open(url, '/v1/contexts/bench/7', { key })
    const floor = await PipelinedRequests.open(bare.url, '/v1/contexts/bench/7', { key })
    const load: HttpLoad = {
      url,
      key,
      paths: size,
      connections: CONNECTIONS,
      perSecond: PER_SECOND,
      seconds: LOAD_SECONDS
    }
    const operations = 8 * PIPELINED
    return {
      rows: [
        {
          name: 'get through a key',
          operations,
          run: () => own.send(PIPELINED),
          floor: { name: 'bare fastify, same bytes', operations, run: () => floor.send(PIPELINED) },
          goal: 0.5
        }
      ],
      figures: [
        {
          name: `mixed, ${PER_SECOND}/s on ${CONNECTIONS} connections, p95`,
          unit: 'ms',
          goal: 50,
          take: () => p95Of(load)
        },
        {
          name: `change to ${WATCHERS} watchers, p95`,
          unit: 'ms',
          goal: 100,
          take: () => fanOut(node, { url, key, watchers: WATCHERS, changes: FAN_OUT_CHANGES })
        },
        { name: 'RSS after it', unit: 'MB', take: () => process.memoryUsage().rss / MIB }
      ],
      close: async () => {
        own.close()
        floor.close()
        await bare.app.close()
        await server.close()
        await node.close()
        await rm(directory, { recursive: true, force: true })
      }
    }
  }
}

async function fill(node: HcfsNode, size: number): Promise<void> {
  const items = Array.from({ length: size }, (_, index) => ({
    put: { path: `/bench/${index}`, body: `word${index % 100} ${BODY}`, fields: { index } }
  }))
  const { token } = await node.contexts.batch(items, { atomic: false })
  await node.search({ text: 'word7', after: token, timeoutMs: 120_000 })
}

async function bareFastify(bytes: string): Promise<{ app: FastifyInstance; url: string }> {
  const app = Fastify()
  app.get('/v1/contexts/*', (_request, reply) => reply.type('application/json; charset=utf-8').send(bytes))
  return { app, url: await app.listen({ host: '127.0.0.1', port: 0 }) }
}

async function p95Of(load: HttpLoad): Promise<number> {
  const child = startProcess('http-load-process.ts', load)
  const report: HttpLoadReport = JSON.parse(await lastLine(child, () => {}))
  if (report.errors > 0) throw new Error(`${report.errors} of ${report.answered} requests failed`)
  return report.p95Ms
}

async function fanOut(node: HcfsNode, watchers: HttpWatchers): Promise<number> {
  const child = startProcess('http-watch-process.ts', watchers)
  const ready = Promise.withResolvers<void>()
  const line = lastLine(child, (text) => {
    if (text === 'ready') ready.resolve()
  })
  await ready.promise
  for (let change = 0; change < watchers.changes; change += 1) {
    const note = String(performance.timeOrigin + performance.now())
    await node.contexts.put(`/fan/${change}`, { body: `change ${change} at ${note}` }, { note })
    await new Promise<void>((resolve) => setTimeout(resolve, FAN_OUT_PAUSE_MS))
  }
  const { p95Ms }: { p95Ms: number } = JSON.parse(await line)
  return p95Ms
}

function startProcess(file: string, told: object): ChildProcess {
  const program = join(import.meta.dirname, file)
  return spawn(process.execPath, [program, JSON.stringify(told)], { stdio: ['ignore', 'pipe', 'inherit'] })
}

async function lastLine({ stdout }: ChildProcess, onLine: (line: string) => void): Promise<string> {
  if (stdout === null) throw new Error('The process has no output to read')
  let last = ''
  for await (const line of createInterface({ input: stdout })) {
    last = line
    onLine(line)
  }
  return last
}
