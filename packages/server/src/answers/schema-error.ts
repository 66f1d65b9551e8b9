import { HcfsError } from '@hcfs/core'
import type { FastifySchemaValidationError } from 'fastify'

/** A name that the caller made up may be as long as a request; the start of it is enough to find it. */
const FIELD_LENGTH_MAX = 200

/** Names the first field that does not fit its schema, and never its value. */
export function schemaError(errors: readonly FastifySchemaValidationError[], part: string): HcfsError {
  const [first] = errors
  const field = `${part}${first?.instancePath ?? ''}`.slice(0, FIELD_LENGTH_MAX)
  return new HcfsError('BAD_REQUEST', `${field} ${problemWith(first)}`, { details: { field } })
}

function problemWith(error: FastifySchemaValidationError | undefined): string {
  switch (error?.keyword) {
    // The schema of whatever is not named is `false`.
    case 'boolean':
      return 'is not known here; leave it out, or correct its name'
    case undefined:
      return 'does not fit; see the reference'
    default:
      return `${error?.message ?? 'does not fit'}; correct it`
  }
}
