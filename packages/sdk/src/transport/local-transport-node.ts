import type { IncomingMessage, RequestOptions } from 'node:http'
import { Agent, request as httpRequest } from 'node:http'
import { resolve } from 'node:path'
import { HcfsError, sha256Hex } from '@hcfs/core'
import type { LocalPlace } from './local-transport-elsewhere.ts'
import type { Transport, TransportRequest, TransportResponse } from './transport.ts'

/** The shortest of what Linux (107), macOS (103) and the BSDs take. */
const SOCKET_PATH_BYTES_MAX = 103

/** A version may have 256 heads of 65 characters, and stands in headers. */
const HEADER_BYTES_MAX = 65_536

/** More calls at once wait for a connection here; streams have connections of their own. */
const CALL_CONNECTIONS_MAX = 64

/** Where the node of a data directory listens. */
export function localSocketPath(dir: string): string {
  const directory = resolve(dir)
  if (process.platform === 'win32') {
    const name = sha256Hex(new TextEncoder().encode(directory.toLowerCase()))
    return `\\\\.\\pipe\\hcfs-${name.slice(0, 32)}`
  }
  const path = resolve(directory, 'node.sock')
  if (Buffer.byteLength(path) <= SOCKET_PATH_BYTES_MAX) return path
  throw new HcfsError(
    'SOCKET_PATH_TOO_LONG',
    `The path of a socket has at most ${SOCKET_PATH_BYTES_MAX} bytes; choose a data directory with a shorter path`,
    { details: { path, bytesMax: SOCKET_PATH_BYTES_MAX } }
  )
}

/** HTTP over the socket of a node on this machine. Opens connections as they are needed, and keeps them. */
export function openLocalTransport({ dir }: LocalPlace): Transport {
  return new LocalTransport(resolve(dir))
}

class LocalTransport implements Transport {
  readonly #directory: string
  readonly #socketPath: string
  readonly #calls = new Agent({ keepAlive: true, maxSockets: CALL_CONNECTIONS_MAX })
  readonly #streams = new Agent({ keepAlive: true })
  #isClosed = false

  constructor(directory: string) {
    this.#directory = directory
    this.#socketPath = localSocketPath(directory)
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    if (this.#isClosed) throw new HcfsError('NODE_NOT_RUNNING', 'This connection was closed; connect again')
    try {
      const message = await this.#exchange(request)
      return {
        status: message.statusCode ?? 0,
        headers: { get: (name) => headerText(message, name) },
        body: this.#bodyOf(message, request)
      }
    } catch (error) {
      throw this.#failure(error, request)
    }
  }

  fileName(file: string): string {
    return resolve(file)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#calls.destroy()
    this.#streams.destroy()
  }

  /** The node may have closed a kept connection meanwhile, as when it was started again; then a new one is opened. */
  #exchange(request: TransportRequest, agent = this.#agentFor(request)): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      let isAnswered = false
      const sent = httpRequest(this.#optionsOf(request, agent))
      sent.once('response', (message) => {
        isAnswered = true
        resolve(message)
      })
      // Also after the response has begun; whoever reads its body is told there.
      sent.on('error', (error) => {
        const wasStale = !isAnswered && sent.reusedSocket && isUndone(request, error)
        if (wasStale) resolve(this.#exchange(request, false))
        else reject(error)
      })
      sent.end(request.body)
    })
  }

  #agentFor({ isStream }: TransportRequest): Agent | false {
    return isStream === true ? this.#streams : this.#calls
  }

  #optionsOf({ method, target, headers, body, signal }: TransportRequest, agent: Agent | false): RequestOptions {
    return {
      socketPath: this.#socketPath,
      agent,
      maxHeaderSize: HEADER_BYTES_MAX,
      method,
      path: target,
      headers: { ...headers, ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) },
      ...(signal && { signal })
    }
  }

  async *#bodyOf(message: IncomingMessage, request: TransportRequest): AsyncGenerator<Uint8Array> {
    try {
      yield* message
    } catch (error) {
      throw this.#failure(error, request)
    }
  }

  #failure(cause: unknown, { signal }: TransportRequest): HcfsError {
    if (signal?.aborted === true) {
      return new HcfsError('OPERATION_ABORTED', 'The caller gave up on this call', { cause: signal.reason })
    }
    const details = { socketPath: this.#socketPath }
    switch (systemCode(cause)) {
      case 'ENOENT':
      case 'ECONNREFUSED':
      case 'ENOTSOCK':
        return new HcfsError('NODE_NOT_RUNNING', `No node runs in ${this.#directory}; start it with: hcfs start`, {
          cause,
          details
        })
      case 'ENOTDIR':
        return new HcfsError('DIRECTORY_INVALID', `${this.#directory} is a file; name the data directory of a node`, {
          cause,
          details
        })
      case 'EACCES':
      case 'EPERM':
        return new HcfsError('SOCKET_REFUSED', 'The node belongs to another user; run this as that user', {
          cause,
          details
        })
      default:
        return new HcfsError('CONNECTION_LOST', 'The connection to the node broke; look what happened, then repeat', {
          cause,
          details
        })
    }
  }
}

/** Whether a failed request cannot have changed anything: a reset may come after the work, EPIPE only before its whole request arrived. */
function isUndone({ method, signal }: TransportRequest, error: Error): boolean {
  if (signal?.aborted === true) return false
  const code = systemCode(error)
  return code === 'EPIPE' || (code === 'ECONNRESET' && method === 'GET')
}

function headerText({ headers }: IncomingMessage, name: string): string | null {
  const value = headers[name]
  return typeof value === 'string' ? value : null
}

function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
