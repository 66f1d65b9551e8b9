import type { ContextPath, DeviceId, HybridTime, NetworkId } from '@hcfs/core'
import { HcfsError, hybridTime, parsePath, ROOT_PATH, silentLogger } from '@hcfs/core'
import type { CommitEntry, DeviceKey, PolicyState, SyncedCommit } from '@hcfs/crdt'
import { ContextDocument, describePayload, documentIdOf, prepareEntry, signCommit } from '@hcfs/crdt'
import { memoryAddress } from '../../../packages/node/src/network/memory-network.ts'
import { MemoryTransport } from '../../../packages/node/src/network/memory-transport.ts'
import { topicOf } from '../../../packages/node/src/network/transport.ts'
import { encodeGossip } from '../../../packages/node/src/replication/gossip-codec.ts'
import { START_MS } from '../machine/machine-clock.ts'
import type { SimulatedWires } from '../network/simulated-wires.ts'
import type { VirtualTime } from '../virtual-time.ts'
import type { Lie } from './lie.ts'

export interface LiarComponents {
  readonly time: VirtualTime
  readonly wires: SimulatedWires
  readonly key: DeviceKey
  /** The policy by which it was let in. */
  readonly policy: PolicyState
  readonly victim: DeviceId
}

const MICROSECONDS_PER_MS = 1_000
const DAY_MS = 86_400_000
const STAYS_MS = 1_000
/** The varints of an update that says that it has four billion clients. */
const BOMB = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x7f, 1, 0)

/** A member with a key and no scruples. Every lie begins a chain of its own, so that none stands in the way of another. */
export class Liar {
  readonly #components: LiarComponents
  readonly #transport: MemoryTransport
  readonly #said: SyncedCommit[] = []
  #incarnation = 0

  constructor(components: LiarComponents) {
    const { key, wires } = components
    this.#components = components
    this.#transport = new MemoryTransport({
      device: key.deviceId,
      network: wires,
      logger: silentLogger,
      admission: { admit: async () => true, isDenied: () => false }
    })
  }

  start(): Promise<void> {
    return this.#transport.start()
  }

  stop(): Promise<void> {
    return this.#transport.stop()
  }

  /** Tells one of the two one thing, and the other perhaps another. */
  async tell(lie: Lie, [one, other]: readonly [DeviceId, DeviceId], path: ContextPath): Promise<void> {
    this.#incarnation += 1
    const [first, second] = this.#invent(lie, path)
    this.#said.push(first, second)
    await this.#say(one, [first])
    await this.#say(other, [second])
  }

  #invent(lie: Lie, path: ContextPath): [SyncedCommit, SyncedCommit] {
    const nowMs = START_MS + this.#components.time.nowMs
    const now = at(nowMs)
    const plain = this.#commit(path, { hlc: now, text: `${this.#incarnation}-one\n` })
    switch (lie) {
      case 'equivocate':
        return [plain, this.#commit(path, { hlc: at(nowMs + 1), text: `${this.#incarnation}-other\n` })]
      case 'back-date':
        return [plain, this.#commit(path, { hlc: at(nowMs - DAY_MS), text: 'earlier\n', after: plain })]
      case 'replay':
        return [this.#said[0] ?? plain, plain]
      case 'forge-client':
        return [
          plain,
          this.#commit(path, { hlc: at(nowMs + 1), text: 'not mine\n', after: plain, as: this.#components.victim })
        ]
      case 'bomb':
        return [plain, this.#commit(path, { hlc: at(nowMs + 1), text: '', after: plain, payload: BOMB })]
      case 'far-future':
        return [plain, this.#commit(path, { hlc: at(nowMs + DAY_MS), text: 'tomorrow\n', after: plain })]
      case 'trespass':
        return [plain, this.#commit(parsePath('/private/a'), { hlc: at(nowMs + 1), text: 'let me in\n', after: plain })]
    }
  }

  #commit(path: ContextPath, claim: Claim): SyncedCommit {
    const { key, policy } = this.#components
    const author = claim.as ?? key.deviceId
    const document = ContextDocument.empty(documentIdOf(ROOT_PATH, path))
    const origin = { writer: { author, incarnation: this.#incarnation }, hlc: claim.hlc }
    const operations = [{ kind: 'body.replace', text: claim.text } as const, { kind: 'tag.add', tag: 'mine' } as const]
    const edit = document.edit(operations, origin)
    const payload = claim.payload ?? edit?.payload ?? new Uint8Array(2)
    const entry: CommitEntry = {
      path,
      kind: 'update',
      grant: grantIn(policy, key.deviceId, path),
      deps: [],
      clients: edit?.clients ?? [],
      ...describePayload(payload)
    }
    const place = claim.after === undefined ? { seq: 1 } : { seq: 2, prev: claim.after.commit.id }
    const network: NetworkId = policy.network
    const header = {
      network,
      space: ROOT_PATH,
      incarnation: this.#incarnation,
      ...place,
      epoch: policy.epoch,
      hlc: claim.hlc
    }
    return { commit: signCommit({ header, entries: [prepareEntry(entry)] }, key), payloads: [payload] }
  }

  async #say(to: DeviceId, commits: readonly SyncedCommit[]): Promise<void> {
    const { time, policy } = this.#components
    try {
      const ended = new AbortController()
      time.after(STAYS_MS, () => ended.abort(new HcfsError('TIMED_OUT', 'Nobody answered')))
      await this.#transport.dial([memoryAddress(to)], { signal: ended.signal })
      const bytes = encodeGossip({ gossip: 'commits', commits })
      await this.#transport.publish(topicOf(policy.network, ROOT_PATH), bytes)
      await new Promise<void>((resolve) => time.after(STAYS_MS, resolve))
      await this.#transport.hangUp(to)
    } catch (error) {
      // Nobody there to listen: it goes on to the next.
      if (!(error instanceof HcfsError)) throw error
    }
  }
}

interface Claim {
  readonly hlc: HybridTime
  readonly text: string
  readonly after?: SyncedCommit
  /** Under whose Yjs client. */
  readonly as?: DeviceId
  readonly payload?: Uint8Array
}

function at(ms: number): HybridTime {
  return hybridTime(ms * MICROSECONDS_PER_MS)
}

function grantIn(policy: PolicyState, device: DeviceId, path: ContextPath): CommitEntry['grant'] {
  const grants = policy.grantsOf(device)
  return (grants.find(({ under }) => path.startsWith(under)) ?? grants[0]!).id
}
