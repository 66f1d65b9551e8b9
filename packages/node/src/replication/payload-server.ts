import type { ContextPath } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { PolicySource } from '../membership/policy-source.ts'
import type { FrameStream, Transport } from '../network/transport.ts'
import type { FetchRequest } from './fetch-codec.ts'
import { decodeRequest, encodePiece, FETCH_PROTOCOL, PIECE_BYTES_MAX } from './fetch-codec.ts'
import type { Penalise } from './penalise.ts'
import type { ReplicatedState } from './replicated-state.ts'

export interface PayloadServerComponents {
  readonly transport: Pick<Transport, 'handle'>
  readonly state: Pick<ReplicatedState, 'log' | 'changes'>
  readonly policy: Pick<PolicySource, 'state'>
  readonly spaces: () => readonly ContextPath[]
  readonly penalise: Penalise
}

const NOTHING = new Uint8Array(0)

/** Gives payloads to whoever may read their space. One at a time for each stream, at the pace of its reader. */
export class PayloadServer {
  readonly #components: PayloadServerComponents

  constructor(components: PayloadServerComponents) {
    this.#components = components
  }

  handle(): void {
    this.#components.transport.handle(FETCH_PROTOCOL, (stream) => this.#serve(stream))
  }

  async #serve(stream: FrameStream): Promise<void> {
    for await (const frame of stream.frames()) {
      const request = decodeRequest(frame)
      if (request === undefined) {
        this.#components.penalise(stream.peer, 'a request that is malformed')
        return stream.abort(new HcfsError('STREAM_CLOSED', 'The request is malformed; send what /hcfs/fetch/1 says'))
      }
      await this.#answer(stream, request)
    }
  }

  async #answer(stream: FrameStream, { number, commit, indexes }: FetchRequest): Promise<void> {
    const { log } = this.#components.state
    const position = this.#positionFor(stream, commit)
    for (const [at, index] of indexes.entries()) {
      const isThere = position !== undefined && index < log.header(position).header.entryCount
      const payload = isThere ? log.entry({ position, index }).payload : NOTHING
      if (payload.byteLength === 0) return stream.send(encodePiece({ number, bytes: NOTHING, ends: 'all' }))
      await send(stream, { number, payload, isLast: at === indexes.length - 1 })
    }
  }

  /** Of a commit that is on the disk and that the peer may read. */
  #positionFor({ peer }: FrameStream, commit: FetchRequest['commit']): number | undefined {
    const { state, policy, spaces } = this.#components
    const position = state.log.positionOf(commit)
    if (position === undefined || position > state.changes.position) return undefined
    const { space } = state.log.header(position).header
    return spaces().includes(space) && policy.state.mayRead(peer, space) ? position : undefined
  }
}

async function send(
  stream: FrameStream,
  { number, payload, isLast }: { number: number; payload: Uint8Array; isLast: boolean }
): Promise<void> {
  for (let at = 0; at < payload.byteLength; at += PIECE_BYTES_MAX) {
    const bytes = payload.subarray(at, at + PIECE_BYTES_MAX)
    const isWhole = at + bytes.byteLength === payload.byteLength
    await stream.send(encodePiece({ number, bytes, ends: isWhole ? (isLast ? 'all' : 'payload') : 'nothing' }))
  }
}
