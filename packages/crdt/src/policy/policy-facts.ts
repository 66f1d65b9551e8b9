import type { ContextPath, DeviceId, GrantId, NetworkId } from '@hcfs/core'
import { FORMAT_LIMITS, ROOT_PATH } from '@hcfs/core'
import type { ChainEnd } from '../commit/policy-view.ts'
import type { Genesis } from './genesis.ts'
import { firstGrantOf, networkOf } from './genesis.ts'
import type { Grant } from './grant.ts'
import type { NetworkSettingName } from './network-settings.ts'
import type { MemberStatement } from './statement.ts'

/** Ends of chains by `chainKey`. */
export type ChainEnds = ReadonlyMap<string, ChainEnd>

/** A right that was taken away. */
export interface Taking {
  readonly kind: 'revoke' | 'end' | 'narrow'
  /** From this epoch on the grant does not hold. */
  readonly epoch: number
  readonly cuts: ChainEnds
  /** The horizons at that time: what lies below them is gone for good, so no cut reaches it. */
  readonly horizons: ChainEnds
}

export interface Horizon {
  readonly epoch: number
  /** SHA-256 as lower-case hexadecimal text. */
  readonly root: string
}

/**
 * What a policy log amounts to. Plain values that never change: every entry makes
 * new ones, which share with the old what it leaves alone.
 */
export interface PolicyFacts {
  readonly network: NetworkId
  readonly epoch: number
  /** The id of the newest entry; that of the network at epoch 0. */
  readonly head: string
  readonly owner: DeviceId
  readonly recovery: DeviceId
  /** The grants that the owner gave. Those delegated from them do not stand in the log. */
  readonly grants: ReadonlyMap<GrantId, Grant>
  /** In the order of the log. A grant may be taken again, with less left of it. */
  readonly takings: ReadonlyMap<GrantId, readonly Taking[]>
  /** Since which epoch each path is a space. */
  readonly spaces: ReadonlyMap<ContextPath, number>
  readonly settlements: ChainEnds
  readonly horizons: ReadonlyMap<ContextPath, Horizon>
  readonly horizonEnds: ChainEnds
  readonly members: ReadonlyMap<DeviceId, MemberStatement>
  readonly settings: ReadonlyMap<NetworkSettingName, number>
  readonly confirmed: ReadonlySet<string>
  readonly lifted: ReadonlySet<string>
}

/** The policy of a network in which nothing was decided since it was founded: its first device may do everything. */
export function foundingFacts(genesis: Genesis): PolicyFacts {
  const network = networkOf(genesis)
  const first: Grant = {
    id: firstGrantOf(genesis),
    network,
    subject: genesis.firstDevice,
    role: 'admin',
    under: ROOT_PATH,
    fromEpoch: 0,
    depth: FORMAT_LIMITS.delegationDepthMax,
    issuer: genesis.ownerKey
  }
  return {
    network,
    epoch: 0,
    head: network,
    owner: genesis.ownerKey,
    recovery: genesis.recoveryKey,
    grants: new Map([[first.id, first]]),
    takings: new Map(),
    spaces: new Map([[ROOT_PATH, 0]]),
    settlements: new Map(),
    horizons: new Map(),
    horizonEnds: new Map(),
    members: new Map(),
    settings: new Map(),
    confirmed: new Set(),
    lifted: new Set()
  }
}
