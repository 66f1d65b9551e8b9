import type { IncomingMessage } from 'node:http'
import { HcfsError, sha256Hex } from '@hcfs/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Access } from '../access/access.ts'
import type { App } from '../app.ts'
import type { IdempotentAnswers } from './idempotent-answers.ts'

export interface IdempotencyComponents {
  app: App
  answers: IdempotentAnswers
  accessOf: (request: IncomingMessage) => Access | undefined
}

/** Longer keys would only fill memory. */
const KEY_LENGTH_MAX = 255
const KEPT_HEADERS = ['content-type', 'etag']
/** What the request means beyond its address and body. */
const MEANING_HEADERS = ['content-type', 'if-match', 'if-none-match', 'hcfs-agent', 'hcfs-run', 'hcfs-origin'] as const

/** A write that comes again with the key of one before gets its answer, and is not made again. */
export function registerIdempotency({ app, answers, accessOf }: IdempotencyComponents): void {
  const making = new WeakMap<IncomingMessage, string>()
  app.addHook('preHandler', async (request, reply) => {
    const sent = keyOf(request)
    if (sent === undefined) return
    const key = `${accessOf(request.raw)?.id ?? ''}\n${sent}`
    const answer = await answers.find(key, hashOf(request))
    if (answer === undefined) {
      making.set(request.raw, key)
      return
    }
    reply.code(answer.status).headers(answer.headers).header('idempotent-replayed', 'true')
    return reply.send(answer.payload)
  })
  app.addHook('onSend', async ({ raw }, reply, payload) => {
    const key = making.get(raw)
    if (key === undefined) return
    making.delete(raw)
    const isKept = typeof payload === 'string' && isFinal(reply.statusCode)
    answers.settle(key, isKept ? { status: reply.statusCode, headers: keptHeaders(reply), payload } : undefined)
  })
}

/** Streams are not kept, so their routes take no key. */
function keyOf({ method, headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key']
  if (key === undefined || method === 'GET' || method === 'HEAD') return undefined
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
function isFinal(status: number): boolean {
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
