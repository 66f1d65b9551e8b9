import { HcfsError } from '@hcfs/core'
import type { FastifyReply } from 'fastify'
import type { App } from '../app.ts'
import type { FaultLog } from './fault-log.ts'
import { PROBLEM_TYPE, problemOf } from './problem.ts'

/** Every failure of every route leaves as a problem body with a code. */
export function registerErrorHandlers(app: App, faults: FaultLog): void {
  app.setErrorHandler((error, request, reply) => {
    const known = framingError(error) ?? error
    return sendProblem(reply, faults.seen(known, `${request.method} ${request.routeOptions.url ?? ''}`))
  })
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      reply,
      new HcfsError('ROUTE_UNKNOWN', `This node has no ${request.method} at that address; look it up in the reference`)
    )
  )
}

export function sendProblem(reply: FastifyReply, error: HcfsError): FastifyReply {
  const problem = problemOf(error)
  return reply.code(problem.status).type(PROBLEM_TYPE).send(problem)
}

/** Fastify's own failures: bytes that do not make a request. Its texts quote what was sent, so ours replace them. */
function framingError(error: unknown): HcfsError | undefined {
  if (!(error instanceof Error) || error instanceof HcfsError) return undefined
  const code = 'code' in error ? error.code : undefined
  const statusCode = 'statusCode' in error ? error.statusCode : undefined
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new HcfsError('REQUEST_TOO_LARGE', 'The request is larger than this call can be; send it in parts')
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new HcfsError('MEDIA_TYPE_UNSUPPORTED', 'This call does not read that content-type; see the reference')
    default:
      if (typeof statusCode !== 'number' || statusCode < 400 || statusCode >= 500) return undefined
      return new HcfsError('BAD_REQUEST', 'The request is not well-formed: its address or its JSON cannot be read')
  }
}
