import type { ContextPath, DeviceId } from '@hcfs/core'
import { bytesToHex, parsePath, ROOT_PATH, SeededRandom, SystemClock, silentLogger } from '@hcfs/core'
import type { PolicyState } from '@hcfs/crdt'
import type { Founding, Member } from '../../../../test/simulation/founding.ts'
import { foundNetwork } from '../../../../test/simulation/founding.ts'
import type { PolicySource } from '../../src/membership/policy-source.ts'
import { MemoryNetwork, memoryAddress } from '../../src/network/memory-network.ts'
import { MemoryTransport } from '../../src/network/memory-transport.ts'
import type { Replica } from '../../src/replica/replica.ts'
import type { CommitReceiver, ReplicatedState } from '../../src/replication/replicated-state.ts'
import type { ReplicationOptions } from '../../src/replication/replication.ts'
import { Replication } from '../../src/replication/replication.ts'
import { MemoryStore } from '../../src/storage/memory-store.ts'
import type { OrderedStore } from '../../src/storage/ordered-store.ts'
import { makeReplica } from './replica-adapter.ts'
import { TappedTransport } from './tapped-transport.ts'

export interface ReplicatedNode {
  readonly device: DeviceId
  readonly replica: Replica
  readonly state: ReplicatedState
  readonly receiver: CommitReceiver
  readonly policy: PolicySource
  readonly transport: MemoryTransport
  readonly tap: TappedTransport
  readonly replication: Replication
  readonly penalties: string[]
  put(path: string, body: string): Promise<void>
  /** One commit for all of them. */
  putAll(paths: readonly string[], body: string): Promise<void>
  body(path: string): string | undefined
  fingerprint(): string
  stop(): Promise<void>
}

export interface ReplicatedNodes {
  readonly network: MemoryNetwork
  readonly nodes: readonly ReplicatedNode[]
  connect(one: ReplicatedNode, other: ReplicatedNode): Promise<void>
}

export interface ReplicatedNodesOptions extends Partial<ReplicationOptions> {
  /** Nobody is connected. @default false: everybody with everybody */
  readonly isApart?: boolean
  /** Who is told what of the policy. @default everybody all of it */
  readonly policyFor?: (index: number, policy: PolicyState) => PolicyState
  readonly seed?: number
  /** @default in memory */
  readonly storeOf?: (index: number) => Promise<OrderedStore>
}

/** Devices of one network with a replica each, over a network in memory. Whoever opened them stops them. */
export async function openReplicatedNodes(
  count: number,
  options: ReplicatedNodesOptions = {}
): Promise<ReplicatedNodes> {
  const random = new SeededRandom(options.seed ?? 1)
  const founding = foundNetwork(random, { memberCount: count })
  const network = new MemoryNetwork({ random: random.fork() })
  const nodes: ReplicatedNode[] = []
  for (const [index, member] of founding.members.entries()) {
    const policy = options.policyFor?.(index, founding.policy) ?? founding.policy
    const store = (await options.storeOf?.(index)) ?? new MemoryStore()
    nodes.push(await makeNode({ founding: { ...founding, policy }, member, network, store, options }))
  }
  const connect = async (one: ReplicatedNode, other: ReplicatedNode): Promise<void> => {
    network.heal(one.device, other.device)
    await one.transport.dial([memoryAddress(other.device)], { signal: new AbortController().signal })
  }
  for (const [index, one] of nodes.entries()) {
    if (options.isApart === true) break
    for (const other of nodes.slice(index + 1)) await connect(one, other)
  }
  return { network, nodes, connect }
}

interface NodeParts {
  readonly founding: Founding
  readonly member: Member
  readonly network: MemoryNetwork
  readonly store: OrderedStore
  readonly options: ReplicatedNodesOptions
}

async function makeNode({ founding, member, network, store, options }: NodeParts): Promise<ReplicatedNode> {
  const { replica, state, receiver } = makeReplica({ founding, member, store })
  await replica.start()
  const device = member.key.deviceId
  const admission = { admit: async () => true, isDenied: () => false }
  const transport = new MemoryTransport({ device, network, admission, logger: silentLogger })
  const tap = new TappedTransport(transport)
  const penalties: string[] = []
  const policy = fixedPolicy(founding.policy)
  const replication = new Replication(
    {
      transport: tap.transport,
      clock: new SystemClock(),
      random: new SeededRandom(options.seed ?? 1),
      log: silentLogger,
      state,
      receiver,
      policy,
      spaces: () => [ROOT_PATH],
      penalise: (_peer, what) => penalties.push(what)
    },
    {
      network: founding.policy.network,
      reconcilePauseMsMin: 60_000,
      reconcilePauseMsMax: 60_000,
      gossipCollectMsMax: 50,
      gossipCollectBytesMax: 65_536,
      ...options
    }
  )
  await transport.start()
  await replication.start()
  return {
    device,
    replica,
    state,
    receiver,
    policy,
    transport,
    tap,
    replication,
    penalties,
    put: (path, body) => putAll(replica, [parsePath(path)], body),
    putAll: (paths, body) =>
      putAll(
        replica,
        paths.map((path) => parsePath(path)),
        body
      ),
    body: (path) => replica.rows.shown(parsePath(path))?.content.body,
    fingerprint: () => bytesToHex(replica.fingerprints.root().sum),
    stop: async () => {
      await replication.stop()
      await transport.stop()
      await replica.stop()
      await store.close()
    }
  }
}

async function putAll(replica: Replica, paths: readonly ContextPath[], text: string): Promise<void> {
  await replica.write({
    paths,
    decide: () => paths.map((path) => ({ kind: 'update', path, operations: [{ kind: 'body.replace', text }] }))
  })
}

/** A policy that everybody has and nobody changes. */
function fixedPolicy(state: PolicyState): PolicySource {
  return {
    state,
    onChanged: () => {},
    entriesAfter: async () => ({ entries: [], epoch: state.epoch, isLast: true }),
    take: async () => {}
  }
}
