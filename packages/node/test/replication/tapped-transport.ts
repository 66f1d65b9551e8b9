import type { MemoryTransport } from '../../src/network/memory-transport.ts'
import type { FrameStream } from '../../src/network/transport.ts'
import type { ReplicationComponents } from '../../src/replication/replication.ts'

/** Counts what goes through a transport, and loses gossip when it is told to. */
export class TappedTransport {
  readonly #transport: MemoryTransport
  losesGossip = false
  streamBytes = 0
  readonly published: Uint8Array[] = []

  constructor(transport: MemoryTransport) {
    this.#transport = transport
  }

  get transport(): ReplicationComponents['transport'] {
    const inner = this.#transport
    return {
      device: inner.device,
      on: (name, listener, options) => inner.on(name, listener, options),
      peers: () => inner.peers(),
      subscribe: (topic, handler) => inner.subscribe(topic, handler),
      unsubscribe: (topic) => inner.unsubscribe(topic),
      openStream: async (...rest) => this.#tapped(await inner.openStream(...rest)),
      handle: (protocol, handler) => inner.handle(protocol, (stream) => handler(this.#tapped(stream))),
      publish: async (topic, bytes) => {
        this.published.push(bytes)
        return this.losesGossip ? { recipients: 0 } : await inner.publish(topic, bytes)
      }
    }
  }

  #tapped(stream: FrameStream): FrameStream {
    return {
      peer: stream.peer,
      frames: () => stream.frames(),
      close: () => stream.close(),
      abort: (reason) => stream.abort(reason),
      send: (frame) => {
        this.streamBytes += frame.byteLength
        return stream.send(frame)
      }
    }
  }
}
