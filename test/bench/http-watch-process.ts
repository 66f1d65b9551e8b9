import { Agent, request } from 'node:http'
import { createInterface } from 'node:readline'

/** What this process is told as JSON in its first argument. */
export interface HttpWatchers {
  readonly url: string
  readonly key: string
  readonly watchers: number
  /** After so many changes each it ends. */
  readonly changes: number
}

/** Says `ready` once all watch, and at its end one line of JSON: the 95th percentile in ms. */
const { url, key, watchers, changes }: HttpWatchers = JSON.parse(process.argv[2] ?? '{}')
const agent = new Agent({ keepAlive: true })
const latencies: number[] = []

/** Resolves once it has begun, with what resolves at its end. */
function watch(): Promise<{ ended: Promise<void> }> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/v1/changes?under=/fan`, { agent, headers: { authorization: `Bearer ${key}` } })
    sent.once('error', reject)
    sent.once('response', (message) => {
      const ended = Promise.withResolvers<void>()
      let seen = 0
      const lines = createInterface({ input: message })
      // It hangs up itself.
      lines.on('error', () => {})
      lines.on('line', (line) => {
        if (line.startsWith(': watching')) resolve({ ended: ended.promise })
        if (!line.startsWith('data: ')) return
        const change: { note: string } = JSON.parse(line.slice('data: '.length))
        latencies.push(performance.timeOrigin + performance.now() - Number(change.note))
        seen += 1
        if (seen < changes) return
        ended.resolve()
        sent.destroy()
      })
    })
    sent.end()
  })
}

const watching = await Promise.all(Array.from({ length: watchers }, watch))
process.stdout.write('ready\n')
await Promise.all(watching.map(({ ended }) => ended))
latencies.sort((a, b) => a - b)
const p95Ms = latencies[Math.floor(latencies.length * 0.95)] ?? Number.NaN
process.stdout.write(`${JSON.stringify({ p95Ms, count: latencies.length })}\n`, () => agent.destroy())
