import type { IncomingMessage, ServerResponse } from 'node:http'
import type { App } from '../app.ts'

/** Whatever speaks MCP over streamable HTTP. The program that builds the server brings it. */
export interface McpFace {
  /** Answers one request, whose body nobody has read; never rejects. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
}

export const MCP_ADDRESS = '/mcp'

/** Hands requests to one address over as they came in, once it is known who sent them. */
export function mountMcp(app: App, faceFor: (request: IncomingMessage) => McpFace): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    scope.route({
      method: ['GET', 'POST', 'DELETE'],
      url: MCP_ADDRESS,
      handler: async (request, reply) => {
        const face = faceFor(request.raw)
        // What was decided about the answer before, such as who may read it, goes for this one too.
        for (const [name, value] of Object.entries(reply.getHeaders())) {
          if (value !== undefined) reply.raw.setHeader(name, value)
        }
        reply.hijack()
        await face.handle(request.raw, reply.raw)
      }
    })
  })
}
