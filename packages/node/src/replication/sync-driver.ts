import type { Clock, ContextPath, DeviceId, Logger, NetworkId, Startable } from '@hcfs/core'
import { HcfsError, Lifecycle } from '@hcfs/core'
import type { SyncOutcome, SyncRefusal } from '@hcfs/crdt'
import { followSession, leadSession } from '@hcfs/crdt'
import type { PolicySource } from '../membership/policy-source.ts'
import type { FrameStream, Transport } from '../network/transport.ts'
import type { Penalise } from './penalise.ts'
import { ReplicaSyncSource } from './replica-sync-source.ts'
import type { CommitReceiver, ReplicatedState } from './replicated-state.ts'
import { SessionRun } from './session-run.ts'
import { SYNC_PROTOCOL } from './sync-envelope.ts'
import { SyncStream } from './sync-stream.ts'

export interface SyncDriverComponents {
  readonly transport: Pick<Transport, 'openStream' | 'handle'>
  readonly clock: Pick<Clock, 'wait'>
  readonly log: Logger
  readonly state: ReplicatedState
  readonly receiver: CommitReceiver
  readonly policy: PolicySource
  /** The spaces that this node keeps a copy of. */
  readonly spaces: () => readonly ContextPath[]
  readonly penalise: Penalise
  /** A session that a peer led is over. */
  readonly onFollowed?: (outcome: SyncOutcome) => void
}

export interface SyncDriverOptions {
  readonly network: NetworkId
  /** Sessions that others may lead at one time; one more is told `busy`. @default 16 */
  readonly followedMax?: number
}

export interface LeadRequest {
  readonly space: ContextPath
  /** Leaves to compare content by content if the roots are equal. */
  readonly auditLeaves?: readonly number[]
  readonly signal?: AbortSignal
}

const FOLLOWED_MAX_DEFAULT = 16
const OPEN_MS_MAX = 10_000
/** How a session may end without anything being wrong with the stream: both sides know that it is over. */
const CLEAN = new Set<SyncOutcome['reason']>(['equal', 'exchanged', 'diverged', 'served', 'refused'])

/**
 * Runs sessions of reconciliation over streams.
 *
 * 1. One stream for each peer and direction: on it the one who opened it leads,
 *    one session after another.
 * 2. A peer that misbehaves loses its stream and is reported; a session that ends
 *    otherwise than both sides know takes its stream with it.
 * 3. Nothing of a space is told to a device that may not read it now.
 */
export class SyncDriver implements Startable {
  readonly #components: SyncDriverComponents
  readonly #network: NetworkId
  readonly #followedMax: number
  readonly #lifecycle: Lifecycle
  readonly #led = new Map<DeviceId, SyncStream>()
  readonly #followed = new Map<DeviceId, SyncStream>()
  /** The last session led with each peer; the next waits for it. */
  readonly #turns = new Map<DeviceId, Promise<unknown>>()
  readonly #serving = new Set<Promise<void>>()
  #followedCount = 0
  #stopping = new AbortController()
  #isHandling = false

  constructor(components: SyncDriverComponents, { network, followedMax = FOLLOWED_MAX_DEFAULT }: SyncDriverOptions) {
    this.#components = components
    this.#network = network
    this.#followedMax = followedMax
    this.#lifecycle = new Lifecycle('sync', { onStart: async () => this.#handle(), onStop: () => this.#closeAll() })
  }

  start(): Promise<void> {
    return this.#lifecycle.start()
  }

  stop(): Promise<void> {
    return this.#lifecycle.stop()
  }

  /** Compares one space with one peer and exchanges what differs. Sessions with one peer wait for each other. */
  lead(peer: DeviceId, request: LeadRequest): Promise<SyncOutcome> {
    this.#lifecycle.assertStarted()
    const before = this.#turns.get(peer) ?? Promise.resolve()
    const done = before.then(() => this.#lead(peer, request))
    const settled = done.catch(() => {})
    this.#turns.set(peer, settled)
    void settled.then(() => {
      if (this.#turns.get(peer) === settled) this.#turns.delete(peer)
    })
    return done
  }

  async #lead(peer: DeviceId, { space, auditLeaves = [], signal }: LeadRequest): Promise<SyncOutcome> {
    this.#lifecycle.assertStarted()
    signal?.throwIfAborted()
    if (this.#refusalFor(peer, space) === 'not-readable') return { reason: 'refused', why: 'not-readable' }
    const stream = await this.#streamTo(peer, signal)
    const first = leadSession({ network: this.#network, space, auditLeaves })
    const run = stream.open((send) => new SessionRun(this.#sessionComponents(stream, send), first))
    const onAbort = (): void => run.stop('given up')
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      const outcome = await run.run()
      this.#settle(stream, outcome)
      return outcome
    } finally {
      signal?.removeEventListener('abort', onAbort)
      stream.release(run)
    }
  }

  async #streamTo(peer: DeviceId, wish: AbortSignal | undefined): Promise<SyncStream> {
    const known = this.#led.get(peer)
    if (known !== undefined && !known.isClosed) return known
    const opening = new AbortController()
    const finished = new AbortController()
    void this.#components.clock.wait(OPEN_MS_MAX, { signal: finished.signal }).then(
      () => opening.abort(timedOut(peer)),
      () => {}
    )
    try {
      const signal = AbortSignal.any([opening.signal, this.#stopping.signal, ...(wish === undefined ? [] : [wish])])
      const frames = await this.#components.transport.openStream(peer, SYNC_PROTOCOL, { signal })
      const stream = new SyncStream(frames)
      this.#led.set(peer, stream)
      this.#track(this.#readLed(stream))
      return stream
    } finally {
      finished.abort()
    }
  }

  /** Answers of a peer, as long as the stream lives. */
  async #readLed(stream: SyncStream): Promise<void> {
    await this.#reading(stream, async (number, message) => {
      if (number > stream.number) return this.#blame(stream, 'a session that nobody opened')
      if (number === stream.number) await stream.current?.hear(message)
    })
    if (this.#led.get(stream.peer) === stream) this.#led.delete(stream.peer)
  }

  async #serve(frames: FrameStream): Promise<void> {
    if (this.#lifecycle.status !== 'started') return frames.abort(stopped())
    const stream = new SyncStream(frames)
    // A peer that opens another stream has lost the first one.
    this.#followed.get(stream.peer)?.abort(stopped())
    this.#followed.set(stream.peer, stream)
    await this.#reading(stream, async (number, message) => {
      if (number > stream.number) await this.#follow(stream, number)
      if (number === stream.number) await stream.current?.hear(message)
    })
    if (this.#followed.get(stream.peer) === stream) this.#followed.delete(stream.peer)
  }

  async #follow(stream: SyncStream, number: number): Promise<void> {
    stream.current?.stop('the leader began another session')
    await stream.idle
    if (stream.isClosed) return
    const session = followSession({
      network: this.#network,
      refusalFor: (space) => (this.#followedCount > this.#followedMax ? 'busy' : this.#refusalFor(stream.peer, space))
    })
    const run = stream.open(
      (send) => new SessionRun(this.#sessionComponents(stream, send), { session, effects: [] }),
      number
    )
    this.#followedCount += 1
    const done = this.#runFollowed(stream, run)
    stream.idle = done
    this.#track(done)
  }

  async #runFollowed(stream: SyncStream, run: SessionRun): Promise<void> {
    try {
      const outcome = await run.run()
      this.#settle(stream, outcome)
      this.#components.onFollowed?.(outcome)
    } catch (error) {
      // A fault of ours: the peer's next session finds it again, and the log has it now.
      this.#components.log.error('sync-session-failed', { peer: stream.peer, error })
      stream.abort(stopped())
    } finally {
      this.#followedCount -= 1
      stream.release(run)
    }
  }

  async #reading(
    stream: SyncStream,
    take: (session: number, message: Uint8Array) => Promise<void> | void
  ): Promise<void> {
    try {
      for await (const { session, message } of stream.messages()) await take(session, message)
    } catch (error) {
      this.#components.log.debug('sync-stream-broke', { peer: stream.peer, error })
    } finally {
      stream.current?.stop('the stream is closed')
      stream.abort(stopped())
      await stream.idle
    }
  }

  #sessionComponents(stream: SyncStream, send: (message: Uint8Array) => Promise<void>) {
    const { clock, log, receiver, policy, state } = this.#components
    return {
      clock,
      log,
      receiver,
      policy,
      send,
      abandon: () => stream.abort(timedOut(stream.peer)),
      sourceOf: (space: ContextPath, signal: AbortSignal) =>
        new ReplicaSyncSource({ state, policy }, { space, signal }),
      isAllowed: (space: ContextPath) => this.#refusalFor(stream.peer, space) === undefined
    }
  }

  #refusalFor(peer: DeviceId, space: ContextPath): SyncRefusal | undefined {
    const { policy, spaces } = this.#components
    return spaces().includes(space) && policy.state.mayRead(peer, space) ? undefined : 'not-readable'
  }

  #settle(stream: SyncStream, outcome: SyncOutcome): void {
    if (outcome.reason === 'misbehaved') this.#blame(stream, outcome.what)
    else if (!CLEAN.has(outcome.reason)) stream.abort(stopped())
    if (outcome.reason !== 'diverged') return
    this.#components.log.error('replicas-diverged', { peer: stream.peer, documents: outcome.docs.length })
  }

  #blame(stream: SyncStream, what: string): void {
    stream.abort(stopped())
    this.#components.log.warn('sync-peer-misbehaved', { peer: stream.peer, what })
    this.#components.penalise(stream.peer, what)
  }

  #handle(): void {
    this.#stopping = new AbortController()
    // A transport has no way to take a handler back; it is refused by itself while this is stopped.
    if (!this.#isHandling) this.#components.transport.handle(SYNC_PROTOCOL, (stream) => this.#serve(stream))
    this.#isHandling = true
  }

  async #closeAll(): Promise<void> {
    this.#stopping.abort(stopped())
    for (const stream of [...this.#led.values(), ...this.#followed.values()]) stream.abort(stopped())
    this.#led.clear()
    await Promise.all([...this.#turns.values(), ...this.#serving])
  }

  #track(work: Promise<void>): void {
    this.#serving.add(work)
    void work.finally(() => this.#serving.delete(work)).catch(() => {})
  }
}

function stopped(): HcfsError {
  return new HcfsError('STREAM_CLOSED', 'The stream of reconciliation was closed; the next round opens another')
}

function timedOut(peer: DeviceId): HcfsError {
  return new HcfsError('STREAM_CLOSED', 'The peer took too long; the next round asks another', {
    details: { peer }
  })
}
