import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'

/**
 * Checks a part of a request as it came. Only in queries, which know no types,
 * is text read as the number or truth value that the schema wants; a body says
 * itself what its values are.
 */
export const validatorOf: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const compiled = Compile(schema)
  return (sent: unknown) => {
    const value = httpPart === 'querystring' && hasMembers(sent) ? Value.Convert(schema, sent) : sent
    return compiled.Check(value) ? { value } : { error: compiled.Errors(value) }
  }
}

/** Most addresses have no query, and converting nothing costs as much as reading a context. */
function hasMembers(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0
}
