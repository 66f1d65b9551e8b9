import { HcfsError } from '@hcfs/core'
import type { App } from '../app.ts'

export interface NetworkPlace {
  readonly host: string
  /** 0 takes any that is free. */
  readonly port: number
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host)
}

/** Resolves with the address that the face is called by. */
export async function listenOn(app: App, { host, port }: NetworkPlace): Promise<string> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    const message = `Cannot listen at ${host}:${port} (${code}); name another address with --http, or port 0`
    throw new HcfsError('LISTEN_FAILED', message, { cause: error, details: { host, port } })
  }
  const bound = app.server.address()
  const actual = typeof bound === 'object' && bound !== null ? bound.port : port
  return `http://${host.includes(':') ? `[${host}]` : host}:${actual}`
}
