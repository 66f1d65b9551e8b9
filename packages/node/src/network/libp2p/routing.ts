import type { Clock, DeviceId, Logger } from '@hcfs/core'
import { bytesToHex, sha256 } from '@hcfs/core'
import type { Libp2p } from '@libp2p/interface'
import { CID } from 'multiformats/cid'
import { create as createDigest } from 'multiformats/hashes/digest'
import { findDeviceOf, peerIdOf } from './device-peer-id.ts'

interface RoutingComponents {
  readonly clock: Pick<Clock, 'wait'>
  readonly logger: Logger
  readonly libp2p: Libp2p
}

const RAW_CODEC = 0x55
const SHA_256 = 0x12
const TELL_TIMEOUT_MS = 30_000

/** Who has what, and where somebody is: the distributed table of the network. Its answers are hints. */
export class Routing {
  readonly #components: RoutingComponents
  readonly #provided = new Map<string, CID>()
  readonly #untold = new Set<string>()
  readonly #ending = new AbortController()

  constructor(components: RoutingComponents) {
    this.#components = components
  }

  async provide(key: Uint8Array): Promise<void> {
    const name = bytesToHex(key)
    this.#provided.set(name, cidOf(key))
    this.#untold.add(name)
    await this.tellUntold()
  }

  async withdraw(key: Uint8Array): Promise<void> {
    const name = bytesToHex(key)
    this.#untold.delete(name)
    if (this.#provided.delete(name)) await this.#components.libp2p.contentRouting.cancelReprovide(cidOf(key))
  }

  /** Nobody was there to be told, or telling failed; called again when somebody connects. */
  async tellUntold(): Promise<void> {
    for (const name of [...this.#untold]) {
      const cid = this.#provided.get(name)
      if (cid === undefined || this.#components.libp2p.getPeers().length === 0) continue
      this.#untold.delete(name)
      await this.#tell(name, cid)
    }
  }

  async *findProviders(key: Uint8Array, signal: AbortSignal): AsyncIterable<DeviceId> {
    const { libp2p } = this.#components
    const seen = new Set<DeviceId>()
    for await (const { id } of libp2p.contentRouting.findProviders(cidOf(key), { signal: this.#bounded(signal) })) {
      const device = findDeviceOf(id)
      if (device === undefined || id.equals(libp2p.peerId) || seen.has(device)) continue
      seen.add(device)
      yield device
    }
  }

  async findPeer(device: DeviceId, signal: AbortSignal): Promise<readonly string[]> {
    try {
      const found = await this.#components.libp2p.peerRouting.findPeer(peerIdOf(device), {
        signal: this.#bounded(signal)
      })
      return found.multiaddrs.map(String)
    } catch (error) {
      signal.throwIfAborted()
      this.#components.logger.debug('peer-not-found', { device, error })
      return []
    }
  }

  stop(): void {
    this.#ending.abort()
  }

  async #tell(name: string, cid: CID): Promise<void> {
    const finished = new AbortController()
    const deadline = new AbortController()
    const timer = this.#components.clock
      .wait(TELL_TIMEOUT_MS, { signal: AbortSignal.any([finished.signal, this.#ending.signal]) })
      .then(() => deadline.abort())
      .catch(() => {})
    try {
      await this.#components.libp2p.contentRouting.provide(cid, { signal: this.#bounded(deadline.signal) })
    } catch (error) {
      this.#untold.add(name)
      this.#components.logger.debug('provide-failed', { error })
    } finally {
      finished.abort()
      await timer
    }
  }

  #bounded(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.#ending.signal])
  }
}

function cidOf(key: Uint8Array): CID {
  return CID.createV1(RAW_CODEC, createDigest(SHA_256, sha256(key)))
}
