import { Agent, request as httpRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { serveNetwork } from '../network-node.ts'
import type { Description, HostileRequest } from './hostile-requests.ts'
import { hostileRequests } from './hostile-requests.ts'

/** A node alone says these of what only others could do; they are answers, not failures. */
const ANSWERS_5XX: ReadonlySet<string> = new Set([
  'NOT_REPLICATED',
  'NOT_CAUGHT_UP',
  'NETWORK_OFF',
  'SEARCH_INCOMPLETE',
  'TIMED_OUT'
])
const AT_ONCE = 24
const ANSWER_MS_MAX = 60_000
const SHOWN_MAX = 3
const SHOWN_LENGTH_MAX = 2_000

/** A face of a new node is sent so many requests; gives those it did not answer as it should. */
export async function fuzz(
  count: number,
  seed: number
): Promise<{ problems: string[]; statuses: Map<number, number> }> {
  const served = await serveNetwork({ keyCallsPerMinuteMax: 100_000_000, corsOrigins: ['https://example.org'] })
  await served.node.contexts.put('/a/b', { body: 'one', fields: { x: 1 } })
  const { key } = await served.key()
  // The index has opened by then.
  await served.node.search({ text: 'one' })
  const description: Description = JSON.parse(await (await served.ask('/openapi.json')).text())
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const { port } = new URL(served.url)
  const problems: string[] = []
  const statuses = new Map<number, number>()
  const arbitrary = hostileRequests(description, key)
  const SAMPLE = 1_000
  for (let sent = 0; sent < count && problems.length === 0; sent += SAMPLE) {
    const waiting = fc.sample(arbitrary, { numRuns: Math.min(SAMPLE, count - sent), seed: seed + sent }).values()
    const worker = async (): Promise<void> => {
      for (const each of waiting) {
        const { status, problem } = await answerTo(each, { agent, port })
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        if (problem !== undefined) problems.push(`${problem} for ${JSON.stringify(each).slice(0, SHOWN_LENGTH_MAX)}`)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
  }
  agent.destroy()
  // Whatever was sent, the node is as well as before.
  if ((await served.ask('/healthz')).status !== 200) problems.push('the node answers no more')
  return { problems: problems.slice(0, SHOWN_MAX), statuses }
}

interface Answer {
  readonly status: number
  readonly problem?: string
}

function answerTo(
  { method, target, headers, body }: HostileRequest,
  place: { agent: Agent; port: string }
): Promise<Answer> {
  return new Promise((resolve) => {
    const sent = httpRequest({
      ...place,
      host: '127.0.0.1',
      method,
      path: target,
      headers: { ...headers, ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) },
      signal: AbortSignal.timeout(ANSWER_MS_MAX)
    })
    sent.once('response', (message) => {
      const status = message.statusCode ?? 0
      // A watch has no end.
      if (status === 200 && message.headers['content-type'] === 'text/event-stream') {
        message.destroy()
        return resolve({ status })
      }
      text(message).then(
        (answer) => resolve(judged(status, answer, message.headers)),
        (error: Error) => resolve({ status, problem: `the answer broke (${error.message})` })
      )
    })
    sent.once('error', (error) => {
      // Bodies that are refused before they are read may break the writing of the rest.
      const isCut = 'code' in error && (error.code === 'EPIPE' || error.code === 'ECONNRESET')
      resolve(isCut ? { status: 0 } : { status: 0, problem: `no answer (${error.message})` })
    })
    sent.end(body)
  })
}

function judged(status: number, answer: string, headers: NodeJS.Dict<string | string[]>): Answer {
  if (headers['set-cookie'] !== undefined) return { status, problem: 'a header was smuggled in' }
  if (status < 500) return { status }
  const { code } = codeOf(answer)
  return ANSWERS_5XX.has(code) ? { status } : { status, problem: `${status} ${code}` }
}

function codeOf(answer: string): { code: string } {
  try {
    return JSON.parse(answer)
  } catch {
    return { code: 'and no problem body' }
  }
}
