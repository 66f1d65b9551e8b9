import { Agent, request } from 'node:http'

/** What this process is told as JSON in its first argument. */
export interface HttpLoad {
  readonly url: string
  readonly key: string
  readonly paths: number
  readonly connections: number
  readonly perSecond: number
  readonly seconds: number
}

/** What it says at its end, as one line of JSON. */
export interface HttpLoadReport {
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly answered: number
  readonly errors: number
}

const load: HttpLoad = JSON.parse(process.argv[2] ?? '{}')
const agent = new Agent({ keepAlive: true, maxSockets: load.connections, scheduling: 'fifo' })
const { hostname, port } = new URL(load.url)
const base = { agent, host: hostname, port, headers: { authorization: `Bearer ${load.key}` } }
const latencies: number[] = []
let errors = 0

function send(method: string, path: string, body: string | undefined): Promise<void> {
  return new Promise((resolve) => {
    const sent = request({
      ...base,
      method,
      path,
      headers: { ...base.headers, ...(body !== undefined && { 'content-type': 'application/json' }) }
    })
    sent.once('response', (message) => {
      if (message.statusCode !== 200) errors += 1
      message.resume().once('end', resolve).once('error', resolve)
    })
    sent.once('error', () => {
      errors += 1
      resolve()
    })
    sent.end(body)
  })
}

/** 80 % get, 15 % search, 5 % put. */
function sendOne(index: number): Promise<void> {
  const path = `/v1/contexts/bench/${(index * 7_919) % load.paths}`
  const kind = index % 20
  if (kind === 0) return send('PUT', path, JSON.stringify({ body: `written ${index} zebra` }))
  if (kind > 3) return send('GET', path, undefined)
  return send('POST', '/v1/search', JSON.stringify({ text: `word${index % 100}`, limit: 10 }))
}

/** Sends when it is time to, whether or not answers have come: what waits for its turn counts as waiting. */
async function run(): Promise<void> {
  await Promise.all(
    Array.from({ length: load.connections }, (_, index) =>
      send('GET', `/v1/contexts/bench/${index % load.paths}`, undefined)
    )
  )
  errors = 0
  const total = load.perSecond * load.seconds
  const startMs = performance.now()
  const waiting: Promise<void>[] = []
  for (let index = 0; index < total; ) {
    const due = Math.min(total, Math.floor(((performance.now() - startMs) * load.perSecond) / 1_000))
    for (; index < due; index += 1) {
      const intendedMs = startMs + (index * 1_000) / load.perSecond
      waiting.push(sendOne(index).then(() => void latencies.push(performance.now() - intendedMs)))
    }
    await new Promise<void>((resolve) => setTimeout(resolve, 1))
  }
  await Promise.all(waiting)
}

await run()
latencies.sort((a, b) => a - b)
const at = (share: number): number =>
  latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0
const report: HttpLoadReport = { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), answered: latencies.length, errors }
process.stdout.write(`${JSON.stringify(report)}\n`, () => agent.destroy())
