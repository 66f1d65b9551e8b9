import type { IncomingMessage } from 'node:http'
import { HcfsError, sha256Hex } from '@hcfs/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Access } from '../access/access.ts'
import type { App } from '../app.ts'
import { MCP_ADDRESS } from '../mcp/mcp-mount.ts'
import type { ExpectedResults } from './expected-results.ts'
import type { IdempotentAnswers } from './idempotent-answers.ts'

export interface IdempotencyComponents {
  app: App
  answers: IdempotentAnswers
  results: ExpectedResults
  accessOf: (request: IncomingMessage) => Access | undefined
}

/** Longer keys would only fill memory. */
const KEY_LENGTH_MAX = 255
const KEPT_HEADERS = ['content-type', 'etag', 'hcfs-token']
/** What the request means beyond its address and body. */
const MEANING_HEADERS = ['content-type', 'if-match', 'if-none-match', 'hcfs-agent', 'hcfs-run', 'hcfs-origin'] as const

/** A write that comes again with the key of one before gets its answer, and is not made again. */
export function registerIdempotency({ app, answers, results, accessOf }: IdempotencyComponents): void {
  const answered = async (request: FastifyRequest, reply: FastifyReply, sent: string): Promise<boolean> => {
    const key = `${accessOf(request.raw)?.id ?? ''}\n${sent}`
    const answer = await answers.find(key, hashOf(request))
    if (answer === undefined) {
      results.expect(request.raw, (made) => answers.settle(key, made))
      return false
    }
    reply.code(answer.status).headers(answer.headers).header('idempotent-replayed', 'true')
    reply.send(answer.payload)
    return true
  }
  app.addHook('preHandler', (request, reply, done) => {
    const sent = keyOf(request)
    if (sent === undefined) return done()
    answered(request, reply, sent).then((isAnswered) => {
      if (!isAnswered) done()
    }, done)
  })
  app.addHook('onSend', ({ raw }, reply, payload, done) => {
    const settle = results.take(raw)
    const isKept = typeof payload === 'string' && isFinal(reply.statusCode)
    settle?.(isKept ? { status: reply.statusCode, headers: keptHeaders(reply), payload } : undefined)
    done(null, payload)
  })
}

/** Reads need none, and what speaks MCP answers by itself. */
function keyOf({ method, headers, routeOptions }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key']
  if (key === undefined || method === 'GET' || method === 'HEAD' || routeOptions.url === MCP_ADDRESS) return undefined
  if (typeof key === 'string' && key !== '' && key.length <= KEY_LENGTH_MAX) return key
  throw new HcfsError('BAD_REQUEST', `An idempotency key has 1 to ${KEY_LENGTH_MAX} characters`, {
    details: { field: 'headers/idempotency-key' }
  })
}

function hashOf({ method, url, headers, body }: FastifyRequest): string {
  const meaning = MEANING_HEADERS.map((name) => headers[name])
  return sha256Hex(new TextEncoder().encode(JSON.stringify([method, url, meaning, body])))
}

/** What is wrong with the request stays wrong; anything else may pass. */
export function isFinal(status: number): boolean {
  return status < 500 && status !== 429 && status !== 499
}

function keptHeaders(reply: FastifyReply): Record<string, string> {
  return Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => {
      const value = reply.getHeader(name)
      return typeof value === 'string' ? [[name, value]] : []
    })
  )
}
