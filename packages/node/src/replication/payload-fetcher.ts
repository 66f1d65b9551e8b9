import type { Clock, DeviceId } from '@hcfs/core'
import { HcfsError, withDeadline } from '@hcfs/core'
import type { SyncedCommit } from '@hcfs/crdt'
import { isPayloadOf } from '@hcfs/crdt'
import type { FrameStream, Transport } from '../network/transport.ts'
import { decodePiece, encodeRequest, FETCH_PROTOCOL } from './fetch-codec.ts'
import type { Penalise } from './penalise.ts'

export interface PayloadFetcherComponents {
  readonly transport: Pick<Transport, 'openStream'>
  readonly clock: Pick<Clock, 'wait'>
  readonly penalise: Penalise
}

const FETCH_MS_MAX = 30_000

interface OpenFetch {
  readonly stream: FrameStream
  readonly frames: AsyncIterator<Uint8Array>
  number: number
}

/**
 * Fetches payloads that were too large for gossip.
 *
 * 1. One stream a peer, one request at a time on it.
 * 2. Never takes more bytes than the entries name, and nothing whose hash is another.
 */
export class PayloadFetcher {
  readonly #components: PayloadFetcherComponents
  readonly #streams = new Map<DeviceId, OpenFetch>()
  readonly #turns = new Map<DeviceId, Promise<unknown>>()

  constructor(components: PayloadFetcherComponents) {
    this.#components = components
  }

  /** The commit with all its payloads; `undefined` when the peer does not have them all. */
  complete(peer: DeviceId, commit: SyncedCommit, signal: AbortSignal): Promise<SyncedCommit | undefined> {
    const before = this.#turns.get(peer) ?? Promise.resolve()
    const done = before.then(() => this.#within(peer, commit, signal))
    const settled = done.catch(() => {})
    this.#turns.set(peer, settled)
    void settled.then(() => {
      if (this.#turns.get(peer) === settled) this.#turns.delete(peer)
    })
    return done
  }

  close(): void {
    for (const { stream } of this.#streams.values()) stream.abort(closed())
    this.#streams.clear()
  }

  async #within(peer: DeviceId, commit: SyncedCommit, signal: AbortSignal): Promise<SyncedCommit | undefined> {
    try {
      return await withDeadline(
        this.#components.clock,
        { timeoutMs: FETCH_MS_MAX, signal, expired: closed },
        (within) => this.#fetch(peer, commit, within)
      )
    } catch (error) {
      this.#drop(peer)
      throw error
    }
  }

  async #fetch(
    peer: DeviceId,
    { commit, payloads }: SyncedCommit,
    signal: AbortSignal
  ): Promise<SyncedCommit | undefined> {
    signal.throwIfAborted()
    const open = this.#streams.get(peer) ?? (await this.#open(peer, signal))
    const onAbort = (): void => open.stream.abort(closed())
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      const indexes = lackingIn({ commit, payloads })
      open.number += 1
      await open.stream.send(encodeRequest({ number: open.number, commit: commit.id, indexes }))
      const whole = [...payloads]
      for (const index of indexes) {
        const payload = await this.#receive(open, commit.entries[index]!.payloadBytes)
        if (payload === undefined) return undefined
        if (!isPayloadOf(commit.entries[index]!, payload)) throw this.#blame(peer, 'a payload that is another')
        whole[index] = payload
      }
      return { commit, payloads: whole }
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  /** One payload of a known size; `undefined` when the peer ends without it. */
  async #receive({ stream, frames, number }: OpenFetch, bytes: number): Promise<Uint8Array | undefined> {
    const payload = new Uint8Array(bytes)
    for (let at = 0; ; ) {
      const next = await frames.next()
      const piece = next.done === true ? undefined : decodePiece(next.value)
      if (next.done === true) throw closed()
      const fits = piece !== undefined && piece.number === number && at + piece.bytes.byteLength <= bytes
      if (!fits) throw this.#blame(stream.peer, 'bytes that nobody fetched')
      payload.set(piece.bytes, at)
      at += piece.bytes.byteLength
      if (piece.ends !== 'nothing') return at === bytes && at > 0 ? payload : undefined
      // A peer that sends nothing without end would keep this busy until the time is over.
      if (piece.bytes.byteLength === 0) throw this.#blame(stream.peer, 'an empty piece')
    }
  }

  async #open(peer: DeviceId, signal: AbortSignal): Promise<OpenFetch> {
    const stream = await this.#components.transport.openStream(peer, FETCH_PROTOCOL, { signal })
    const open = { stream, frames: stream.frames()[Symbol.asyncIterator](), number: 0 }
    this.#streams.set(peer, open)
    return open
  }

  #blame(peer: DeviceId, what: string): Error {
    this.#components.penalise(peer, what)
    return closed()
  }

  #drop(peer: DeviceId): void {
    this.#streams.get(peer)?.stream.abort(closed())
    this.#streams.delete(peer)
  }
}

/** The places of the entries whose payload is not here. */
export function lackingIn({ commit, payloads }: SyncedCommit): number[] {
  return [...commit.entries.keys()].filter(
    (index) => commit.entries[index]!.payloadHash !== undefined && payloads[index] === undefined
  )
}

function closed(): HcfsError {
  return new HcfsError('STREAM_CLOSED', 'The payload could not be fetched from this peer; reconciliation brings it')
}
