import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { App } from '../app.ts'
import { ANSWERS, PROBLEM_ANSWER } from './answers.ts'

/** Before any route: the description is made of the schemas of those that follow. */
export async function registerOpenApi(app: App, { version }: { version: string }): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'HCFS', version, description: 'The HTTP face of a node. docs/HTTP.md is its guide.' },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
      security: [{ key: [] }]
    },
    transform: ({ schema, url, route }) => {
      const methods = [route.method].flat()
      const answer = methods.map((method) => ANSWERS[`${method} ${url}`]).find((each) => each !== undefined)
      const response = { ...(answer && { '2xx': answer }), default: PROBLEM_ANSWER }
      const isHidden = url.startsWith('/docs') || url === '/openapi.json'
      return { schema: { ...schema, response, ...(isHidden && { hide: true }) }, url }
    }
  })
  await app.register(swaggerUi, { routePrefix: '/docs', logLevel: 'silent' })
  app.get('/openapi.json', () => app.swagger())
}
