import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

export interface RawRequest {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Text is sent as it is, anything else as JSON. */
  readonly body?: unknown
}

export interface RawAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** Any JSON; a text that is none fails the test. */
  json(): unknown
}

/** A request to the socket of a node, as any program could send it: neither the sdk nor fetch touches the address. */
export async function rawRequest(socketPath: string, target: string, options: RawRequest = {}): Promise<RawAnswer> {
  const message = await rawStream(socketPath, target, options)
  const body = await text(message)
  return { status: message.statusCode ?? 0, headers: message.headers, text: body, json: () => JSON.parse(body) }
}

/** The answer as it begins. The test that asked for it hangs up at its end. */
export function rawStream(
  socketPath: string,
  target: string,
  { method = 'GET', headers = {}, body }: RawRequest = {}
): Promise<IncomingMessage> {
  const isJson = body !== undefined && typeof body !== 'string'
  return new Promise((resolve, reject) => {
    const sent = request({
      socketPath,
      path: target,
      method,
      headers: { ...(isJson && { 'content-type': 'application/json' }), ...headers },
      agent: false,
      maxHeaderSize: 131_072
    })
    onTestFinished(() => {
      sent.destroy()
    })
    sent.once('response', resolve)
    sent.on('error', reject)
    sent.end(isJson ? JSON.stringify(body) : body)
  })
}
