import { HcfsError } from '@hcfs/core'
import Fastify from 'fastify'
import { registerErrorHandlers, sendProblem } from './answers/error-handlers.ts'
import type { FaultLog } from './answers/fault-log.ts'
import { readJsonOf } from './answers/json-body.ts'
import { schemaError } from './answers/schema-error.ts'
import type { App } from './app.ts'
import { DRAFT_TYPE, MERGE_PATCH_TYPE } from './routes/contexts-routes.ts'
import { validatorOf } from './schemas/validator.ts'

/** A version may have 256 heads of 65 characters, and stands in headers and in addresses. */
const HEADER_BYTES_MAX = 65_536

export interface HttpAppComponents {
  faults: FaultLog
  /** Once it has fallen, requests on open connections are refused with its reason. */
  stopping: AbortSignal
}

/** How requests are read and failures written, before there is any route. */
export function newHttpApp({ faults, stopping }: HttpAppComponents): App {
  const app: App = Fastify({
    // Keys are only ever read as keys, so every name is fine, `__proto__` too.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
    return503OnClosing: false,
    http: { maxHeaderSize: HEADER_BYTES_MAX },
    schemaErrorFormatter: schemaError,
    frameworkErrors: (_error, _request, reply) => {
      sendProblem(reply, new HcfsError('BAD_REQUEST', 'The address cannot be read; percent-encode its segments'))
    }
  }).withTypeProvider()
  app.setValidatorCompiler(validatorOf)
  // Schemas of answers describe; they never cut anything off.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer))
  app.removeContentTypeParser(['text/plain', 'application/json'])
  readJsonOf(app, ['application/json', DRAFT_TYPE, MERGE_PATCH_TYPE])
  // Hooks that every request goes through call back: a promise for each would cost more than what they do.
  app.addHook('onRequest', ({ id }, reply, done) => {
    reply.header('x-request-id', id)
    if (stopping.aborted) done(stopping.reason)
    else done()
  })
  // A kept connection would stay open for a minute, and hold up whoever waits for the server's end.
  app.addHook('onResponse', ({ raw }, _reply, done) => {
    if (stopping.aborted) raw.socket.end()
    done()
  })
  registerErrorHandlers(app, faults)
  return app
}
