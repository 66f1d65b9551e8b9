import { HcfsError } from '@hcfs/core'
import Fastify from 'fastify'
import { registerErrorHandlers, sendProblem } from './answers/error-handlers.ts'
import type { FaultLog } from './answers/fault-log.ts'
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
  /** Whether callers are on other machines. */
  isAcross?: boolean
}

/** How requests are read and failures written, before there is any route. */
export function newHttpApp({ faults, stopping, isAcross = false }: HttpAppComponents): App {
  const app: App = Fastify({
    // Keys are only ever read as keys, so every name is fine, `__proto__` too.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
    return503OnClosing: false,
    // A reader elsewhere may be gone without a word; nobody waits for it when the node stops.
    ...(isAcross && { forceCloseConnections: true }),
    http: { maxHeaderSize: HEADER_BYTES_MAX },
    schemaErrorFormatter: schemaError,
    frameworkErrors: (_error, _request, reply) => {
      sendProblem(reply, new HcfsError('BAD_REQUEST', 'The address cannot be read; percent-encode its segments'))
    }
  }).withTypeProvider()
  app.setValidatorCompiler(validatorOf)
  // Schemas of answers describe; they never cut anything off.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer))
  app.removeContentTypeParser('text/plain')
  app.addContentTypeParser(
    [DRAFT_TYPE, MERGE_PATCH_TYPE],
    { parseAs: 'string' },
    app.getDefaultJsonParser('ignore', 'ignore')
  )
  app.addHook('onRequest', async ({ id }, reply) => {
    reply.header('x-request-id', id)
    stopping.throwIfAborted()
  })
  registerErrorHandlers(app, faults)
  return app
}
