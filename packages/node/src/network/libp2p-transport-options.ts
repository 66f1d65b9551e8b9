import type { Clock, Logger, NetworkId, NodeLimits, Random } from '@hcfs/core'
import type { DeviceKey } from '@hcfs/crdt'
import type { Admission } from './admission.ts'

export interface Libp2pTransportComponents {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly key: DeviceKey
  readonly network: NetworkId
  readonly admission: Admission
  readonly limits: NodeLimits
}

export interface Libp2pTransportOptions {
  /**
   * Multiaddresses to listen on. Port 0 lets the system choose: store what `listening` says and pass it the next time.
   * @default ['/ip4/0.0.0.0/tcp/0']
   */
  readonly listen?: readonly string[]
  /** Addresses under which others reach this node that it cannot see itself, as behind a router. @default [] */
  readonly announce?: readonly string[]
  /** Finds members on the local network by mDNS. Useless in containers. @default false */
  readonly isDiscoverable?: boolean
  /** Lets members that cannot reach each other meet here, within small limits. @default false */
  readonly isRelay?: boolean
}

/** What the transport counts, for metrics. */
export interface TransportCounts {
  readonly gossip: GossipCounts
  /** Members that were dialed anew because their gossip stream had died on a live connection. */
  readonly gossipRedials: number
  /** That neighbours subscribed to, whether this node does or not. */
  readonly topicsOfNeighbours: number
  readonly streams: number
}

/** What went over gossip since the transport was started. */
export interface GossipCounts {
  readonly published: number
  /** Not sent, because too much waited already. */
  readonly droppedOutbound: number
  readonly received: number
  /** Not judged, because a neighbour sent more than it may. */
  readonly droppedInbound: number
}
