import type { DeviceId, Logger, Startable } from '@hcfs/core'
import { decodeCbor, encodeCbor, HcfsError, hasErrorCode } from '@hcfs/core'
import type { FrameStream, Transport } from '../network/transport.ts'
import type { PolicyKeeper } from './policy-keeper.ts'

export interface PolicySpreadComponents {
  readonly transport: Pick<Transport, 'on' | 'peers' | 'openStream' | 'handle' | 'hangUp'>
  readonly keeper: PolicyKeeper
  readonly log: Logger
  /** Whether a connection with a device may not go on, by the policy of this moment. */
  readonly isDenied: (device: DeviceId) => boolean
}

export const POLICY_PROTOCOL = '/hcfs/policy/1'

const FRAME_BYTES_MAX = 256 * 1_024
const QUEUED_MAX = 64

/**
 * Passes on what is new in the policy: entries, delegated grants, suspensions and
 * requests to the owner. Whoever gets something it did not know passes it on, so it
 * reaches every member and then rests. An entry that a frame has no room for is left to
 * reconciliation. Whoever is denied by what has come loses its connection.
 */
export class PolicySpread implements Startable {
  readonly #components: PolicySpreadComponents
  readonly #streams = new Map<DeviceId, Promise<FrameStream>>()
  readonly #queued = new Map<DeviceId, number>()
  #stopping = new AbortController()

  constructor(components: PolicySpreadComponents) {
    this.#components = components
    components.transport.handle(POLICY_PROTOCOL, (stream) => this.#receive(stream))
  }

  async start(): Promise<void> {
    this.#stopping = new AbortController()
    const { signal } = this.#stopping
    const { transport, keeper } = this.#components
    const waiting = () => [...keeper.beside(), ...keeper.pendingRequests()]
    transport.on('peer-connected', ({ peer }) => void this.#tell(peer.device, waiting()), { signal })
    transport.on('peer-disconnected', ({ device }) => this.#drop(device), { signal })
    keeper.onAdded((parts) => this.#added(parts), { signal })
    for (const { device } of transport.peers()) void this.#tell(device, waiting())
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new HcfsError('NODE_NOT_RUNNING', 'The node is stopping'))
    for (const device of [...this.#streams.keys()]) this.#drop(device)
  }

  #added(parts: readonly Uint8Array[]): void {
    const { transport, isDenied, log } = this.#components
    for (const { device } of transport.peers()) {
      if (!isDenied(device)) void this.#tell(device, parts)
      else transport.hangUp(device).catch((error: unknown) => log.warn('hang-up-failed', { device, error }))
    }
  }

  async #tell(device: DeviceId, parts: readonly Uint8Array[]): Promise<void> {
    const queued = this.#queued.get(device) ?? 0
    // Whoever does not read hears it when it connects again.
    if (parts.length === 0 || queued >= QUEUED_MAX) return
    this.#queued.set(device, queued + 1)
    try {
      const stream = await this.#streamTo(device)
      for (const frame of framesOf(parts)) await stream.send(frame)
    } catch (error) {
      this.#drop(device)
      this.#components.log.debug('policy-not-told', { device, error })
    } finally {
      this.#queued.set(device, (this.#queued.get(device) ?? 1) - 1)
    }
  }

  async #receive(stream: FrameStream): Promise<void> {
    const { keeper } = this.#components
    for await (const frame of stream.frames()) {
      try {
        await keeper.take(partsOf(frame))
      } catch (error) {
        // There is no room at present; nothing is said about the sender by that.
        if (!hasErrorCode(error, 'POLICY_QUEUE_FULL')) throw error
      }
    }
  }

  #streamTo(device: DeviceId): Promise<FrameStream> {
    const known = this.#streams.get(device)
    if (known !== undefined) return known
    const { signal } = this.#stopping
    const opened = this.#components.transport.openStream(device, POLICY_PROTOCOL, { signal })
    this.#streams.set(device, opened)
    return opened
  }

  #drop(device: DeviceId): void {
    const stream = this.#streams.get(device)
    this.#streams.delete(device)
    this.#queued.delete(device)
    stream?.then(
      (each) => each.abort(new HcfsError('STREAM_CLOSED', 'The stream of the policy is not needed any more')),
      () => undefined
    )
  }
}

function framesOf(parts: readonly Uint8Array[]): Uint8Array[] {
  const frames: Uint8Array[][] = [[]]
  let room = FRAME_BYTES_MAX
  for (const part of parts) {
    const bytes = part.length + 16
    if (bytes > FRAME_BYTES_MAX / 2) continue
    if (bytes > room - 16) {
      frames.push([])
      room = FRAME_BYTES_MAX
    }
    room -= bytes
    frames.at(-1)!.push(part)
  }
  return frames.filter((each) => each.length > 0).map((each) => encodeCbor(each))
}

function partsOf(frame: Uint8Array): Uint8Array[] {
  if (frame.length > FRAME_BYTES_MAX) throw malformed()
  const value = decodeCbor(frame)
  if (!Array.isArray(value)) throw malformed()
  return value.map((each) => {
    if (each instanceof Uint8Array) return each
    throw malformed()
  })
}

function malformed(): HcfsError {
  return new HcfsError('POLICY_MALFORMED', 'This is no batch of a policy; the other node is broken or hostile')
}
