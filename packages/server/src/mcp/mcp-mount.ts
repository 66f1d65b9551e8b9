import type { IncomingMessage, ServerResponse } from 'node:http'
import type { App } from '../app.ts'

/** Whatever speaks MCP over streamable HTTP. The program that builds the server brings it. */
export interface McpFace {
  /** Answers one request, whose body nobody has read; never rejects. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
}

export const MCP_ADDRESS = '/mcp'

/** Hands requests to one address over as they came in. */
export function mountMcp(app: App, face: McpFace): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    scope.route({
      method: ['GET', 'POST', 'DELETE'],
      url: MCP_ADDRESS,
      handler: async (request, reply) => {
        reply.hijack()
        await face.handle(request.raw, reply.raw)
      }
    })
  })
}
