import type { CommitId, Copies, DeviceId, MemberRole, NetworkApi, NetworkId, ReplicaStatus } from '@hcfs/core'
import { HcfsError, parsePath, ROOT_PATH } from '@hcfs/core'
import type { ConvergencePart, PolicyPart } from './node-network.ts'
import { NodeNetwork } from './node-network.ts'

/** What a node knows of its network before anything connects it with others. */
export interface AloneFacts {
  readonly network: NetworkId
  readonly device: DeviceId
  readonly name: string
  /** Whether this device is the one that the network was founded with. */
  readonly isFirst: boolean
  /** Whether a commit is in the store of this node, and on its disk. */
  readonly holding: (commit: CommitId) => 'disk' | 'memory' | 'no'
}

/**
 * The network of a node that talks to nobody: it is its only replica, so it has
 * caught up; what takes other nodes, or changes the policy, fails with `NETWORK_OFF`.
 */
export function networkAlone(facts: AloneFacts): NetworkApi {
  return new NodeNetwork({ convergence: convergenceAlone(facts), policy: policyAlone(facts) })
}

function convergenceAlone(facts: AloneFacts): ConvergencePart {
  const { network, device, name, holding, isFirst } = facts
  const self: ReplicaStatus = { member: device, name, isSelf: true, state: 'caught-up', lagCommits: 0, lagMs: 0 }
  return {
    status: async (path = ROOT_PATH) => {
      parsePath(path)
      const spaces = [{ space: ROOT_PATH, isReplicatedHere: true, replicas: [self] }]
      const role: MemberRole | 'none' = isFirst ? 'admin' : 'none'
      const around = { epoch: 0, isOwnerReachable: isFirst, listen: [], peers: 0, spaces, parked: [] }
      return { network, node: device, name, role, ...around }
    },
    wait: async ({ under = ROOT_PATH } = {}) => {
      parsePath(under)
      return { state: 'caught-up', replicas: [self] }
    },
    peers: async () => [],
    compare: async () => [],
    replicated: async (commit, { copies }) => copiesAlone(holding(commit), { copies, name })
  }
}

function policyAlone({ device, name, isFirst }: AloneFacts): PolicyPart {
  const self = { device, name, under: ROOT_PATH, isSelf: true, state: 'member' } as const
  const members = isFirst ? [{ ...self, role: 'admin', isOwner: true } as const] : []
  const off = (): Promise<never> => Promise.reject(networkIsOff())
  return {
    members: async () => members,
    invite: off,
    revoke: off,
    suspend: off,
    leave: off,
    forget: off,
    addSpace: off,
    ownerBackup: off,
    ownerTransfer: off,
    ownerRecover: off
  }
}

/** The answer of a node that is the only one of its network. */
export function copiesAlone(
  held: 'disk' | 'memory' | 'no',
  { copies, name }: { readonly copies: number; readonly name: string }
): Copies {
  assertCopies(copies)
  const have = held === 'disk' ? 1 : 0
  if (copies <= have) return { holders: [name] }
  throw new HcfsError('NOT_REPLICATED', aloneReason(held, copies), { details: { have, copies } })
}

export function assertCopies(copies: number): void {
  if (Number.isInteger(copies) && copies >= 1) return
  throw new TypeError(`copies is a whole number from 1, not ${copies}`)
}

function aloneReason(held: 'disk' | 'memory' | 'no', copies: number): string {
  if (held === 'no') return 'This node does not hold that commit; ask the node that gave the receipt'
  if (held === 'memory') {
    return 'This node was opened with durability "buffered", so nothing is on its disk for certain yet'
  }
  return `The change is on this node only, and ${copies} copies were asked for; let another machine join first`
}

function networkIsOff(): HcfsError {
  return new HcfsError('NETWORK_OFF', 'This node was opened without a network; open it with one, or start it anew')
}
