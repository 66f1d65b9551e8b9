import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { ManualClock, resolveNodeLimits, SeededRandom, silentLogger } from '@hcfs/core'
import { onTestFinished } from 'vitest'
import type { EmbedderEnvironment } from '../../../src/indexing/embedding/embedder-environment.ts'

export interface SeenRequest {
  readonly headers: IncomingMessage['headers']
  readonly body: { readonly model: string; readonly input: string[]; readonly encoding_format: string }
}

export type Behaviour = (response: ServerResponse, request: SeenRequest) => void

/** Numbers that depend on the text, so that a vector of another text is seen. */
export function rawVector(text: string): number[] {
  return [1, text.length, text.charCodeAt(0) || 2, text.charCodeAt(text.length - 1) || 3]
}

export const answer: Behaviour = (response, { body }) => {
  const base64 = body.encoding_format === 'base64'
  const data = body.input.map((text, index) => ({
    index,
    embedding: base64 ? Buffer.from(Float32Array.from(rawVector(text)).buffer).toString('base64') : rawVector(text)
  }))
  // Out of order, as the format allows.
  sendJson(response, { object: 'list', data: data.reverse() })
}

export function sendJson(response: ServerResponse, body: unknown): void {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
}

export function status(code: number, headers: Record<string, string> = {}): Behaviour {
  return (response) => response.writeHead(code, headers).end('{"error":{"message":"you sent: secret text"}}')
}

/** A server that behaves as told, one behaviour a request, and well after the last. It goes with the test. */
export async function startServer(...behaviours: Behaviour[]): Promise<{ url: string; seen: SeenRequest[] }> {
  const seen: SeenRequest[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const received = { headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) }
    seen.push(received)
    const behave = behaviours.shift() ?? answer
    behave(response, received)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return { url: `http://127.0.0.1:${port}/v1/embeddings`, seen }
}

export interface TestEnvironment extends EmbedderEnvironment {
  readonly clock: ManualClock
}

export function testEnvironment(overrides: Parameters<typeof resolveNodeLimits>[0] = {}): TestEnvironment {
  return {
    clock: new ManualClock(Date.UTC(2026, 0, 1)),
    random: new SeededRandom(1),
    log: silentLogger,
    variables: { EMBEDDING_KEY: 'sk-secret' },
    limits: resolveNodeLimits(overrides)
  }
}
