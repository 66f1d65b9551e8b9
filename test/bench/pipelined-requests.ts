import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect } from 'node:net'

const ANSWER_START = Buffer.from('HTTP/1.1 ')
const OK_START = Buffer.from('HTTP/1.1 200')

/**
 * The same request over and over on a few connections, many at a time: as little work on this side as can be,
 * so that what is measured is the other one. Bodies never hold the first line of an answer.
 */
export class PipelinedRequests {
  readonly #sockets: readonly Socket[]
  readonly #request: Buffer

  private constructor(sockets: readonly Socket[], request: Buffer) {
    this.#sockets = sockets
    this.#request = request
  }

  static async open(url: string, target: string, { key, connections = 8 }: { key?: string; connections?: number }) {
    const { hostname, port } = new URL(url)
    const sockets = Array.from({ length: connections }, () => connect(Number(port), hostname))
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    const credential = key === undefined ? '' : `authorization: Bearer ${key}\r\n`
    const request = Buffer.from(`GET ${target} HTTP/1.1\r\nhost: ${hostname}\r\n${credential}\r\n`)
    return new PipelinedRequests(sockets, request)
  }

  /** So many requests on each connection; resolves once all are answered with 200. */
  async send(count: number): Promise<void> {
    const batch = Buffer.concat(Array.from({ length: count }, () => this.#request))
    await Promise.all(this.#sockets.map((socket) => exchange(socket, batch, count)))
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}

function exchange(socket: Socket, batch: Buffer, count: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let rest: Buffer = Buffer.alloc(0)
    let answered = 0
    const onData = (bytes: Buffer): void => {
      // A first line may be cut in two.
      const text = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
      let from = 0
      for (let at = text.indexOf(ANSWER_START); at >= 0 && at + OK_START.length <= text.length; ) {
        if (text.compare(OK_START, 0, OK_START.length, at, at + OK_START.length) !== 0) {
          done(new Error(`Not answered with 200: ${text.toString('latin1', at, at + 60)}`))
          return
        }
        answered += 1
        from = at + OK_START.length
        at = text.indexOf(ANSWER_START, from)
      }
      rest = text.subarray(Math.max(from, text.length - OK_START.length))
      if (answered === count) done(undefined)
    }
    const done = (error: Error | undefined): void => {
      socket.off('data', onData)
      socket.off('error', done)
      if (error === undefined) resolve()
      else reject(error)
    }
    socket.on('data', onData)
    socket.on('error', done)
    socket.write(batch)
  })
}
