import compress from '@fastify/compress'
import rateLimit from '@fastify/rate-limit'
import { HcfsError } from '@hcfs/core'
import type { Callers, CallersComponents, CallersOptions } from '../access/callers.ts'
import { registerCallers } from '../access/callers.ts'
import { registerContentDigest } from '../answers/content-digest.ts'
import type { ExpectedResults } from '../answers/expected-results.ts'
import { IdempotentAnswers } from '../answers/idempotent-answers.ts'
import { registerIdempotency } from '../answers/register-idempotency.ts'
import { registerOpenApi } from '../openapi/register-openapi.ts'
import { registerCors } from './cors.ts'

export interface NetworkFaceOptions extends CallersOptions {
  readonly keyCallsPerMinuteMax: number
  readonly idempotentAnswersMax: number
  readonly corsOrigins: readonly string[]
  readonly version: string
}

export interface NetworkFaceComponents extends CallersComponents {
  results: ExpectedResults
}

const MINUTE_MS = 60_000
/** Below this an answer costs more to compress than to send. */
const COMPRESS_BYTES_MIN = 1_024

/** What requests from the network go through before a route sees them: who it is, how often, and whether again. */
export async function registerNetworkFace(
  components: NetworkFaceComponents,
  options: NetworkFaceOptions
): Promise<Callers> {
  const { app, results } = components
  registerCors(app, options)
  const callers = registerCallers(components, options)
  registerContentDigest(app)
  const answers = new IdempotentAnswers({ answersMax: options.idempotentAnswersMax })
  registerIdempotency({ app, answers, results, accessOf: callers.accessOf })
  await app.register(compress, { encodings: ['zstd', 'gzip'], threshold: COMPRESS_BYTES_MIN })
  await app.register(rateLimit, {
    hook: 'preHandler',
    max: options.keyCallsPerMinuteMax,
    timeWindow: MINUTE_MS,
    keyGenerator: ({ raw, ip }) => callers.accessOf(raw)?.id ?? ip,
    errorResponseBuilder: () =>
      new HcfsError('RATE_LIMITED', 'This key makes more calls than the node takes; wait as retry-after says')
  })
  await registerOpenApi(app, options)
  return callers
}
