import { FORMAT_LIMITS } from './format-limits.ts'
import type { NodeLimit } from './node-limit.ts'
import { KIB, MIB, MINUTE_MS } from './node-limit.ts'

/** Of what stands between nodes: policy, gossip, reconciliation and connections. */
export const NETWORK_LIMITS = {
  // The policy
  policyWaitingMax: {
    default: 1_024,
    min: 1,
    max: 65_536,
    unit: 'count',
    atLimit: 'Further policy entries and grants that lack what comes before them are refused; they are fetched again.'
  },
  grantDelegatesMax: {
    default: 4_096,
    min: 1,
    max: 1_048_576,
    unit: 'count',
    atLimit: 'Further grants delegated from that one are not kept; what is written under them waits.'
  },
  // Members
  ticketsOpenMax: {
    default: 1_024,
    min: 1,
    max: 1_048_576,
    unit: 'count',
    atLimit: 'Further tickets are refused with TICKETS_TOO_MANY until some have expired.'
  },
  ticketUsesMax: {
    default: 10_000,
    min: 1,
    max: 10_000,
    unit: 'count',
    atLimit: 'A ticket for more devices is refused with BAD_REQUEST.'
  },
  joinAsksPerSecondMax: {
    default: 50,
    min: 1,
    max: 10_000,
    unit: 'per second',
    atLimit: 'Further devices that redeem a ticket here get JOIN_RATE_LIMITED until the next second.'
  },
  joinAsksPerDevicePerMinuteMax: {
    default: 10,
    min: 1,
    max: 10_000,
    unit: 'count',
    atLimit: 'Further asks of that device get JOIN_RATE_LIMITED until a minute after its first.'
  },
  selfDescriptionsPerHourMax: {
    default: 12,
    min: 1,
    max: 3_600,
    unit: 'count',
    atLimit: "What a member says of itself waits on the owner's node until the hour is over."
  },
  // Parked commits
  parkedBytesPerAuthorMax: {
    default: 16 * MIB,
    min: 1 * MIB,
    max: 1_024 * MIB,
    unit: 'bytes',
    atLimit: 'The newest parked commit of that author is dropped; reconciliation brings it again.'
  },
  // Gossip
  gossipCollectMsMax: {
    default: 50,
    min: 0,
    max: 1_000,
    unit: 'ms',
    atLimit: 'What was collected while a send was in flight is sent.'
  },
  gossipCollectBytesMax: {
    default: 64 * KIB,
    min: 1 * KIB,
    max: FORMAT_LIMITS.gossipMessageBytesMax,
    unit: 'bytes',
    atLimit: 'What was collected while a send was in flight is sent.'
  },
  gossipOutboundBytesMax: {
    default: 8 * MIB,
    min: 1 * MIB,
    max: 256 * MIB,
    unit: 'bytes',
    atLimit: 'The gossip stream of a peer that does not read is closed; reconciliation brings what it missed.'
  },
  // Anti-entropy
  reconcilePauseMsMin: {
    default: 30_000,
    min: 100,
    max: 60 * MINUTE_MS,
    unit: 'ms',
    atLimit: 'The next round with a random member starts this long after the last one, or later.'
  },
  reconcilePauseMsMax: {
    default: 60_000,
    min: 100,
    max: 60 * MINUTE_MS,
    unit: 'ms',
    atLimit: 'The next round starts at the latest this long after the last one, while rounds find differences.'
  },
  frontierPauseMs: {
    default: 3_000,
    min: 100,
    max: 10 * MINUTE_MS,
    unit: 'ms',
    atLimit: 'The own frontier is published this often at most, unless somebody waits for it.'
  },
  // Connections
  connectionsMin: {
    default: 20,
    min: 0,
    max: 10_000,
    unit: 'count',
    atLimit: 'Below it the node dials further members, as far as there are any.'
  },
  connectionsMax: {
    default: 40,
    min: 1,
    max: 10_000,
    unit: 'count',
    atLimit: 'The node dials nobody else; members that dial in are still served.'
  },
  inboundConnectionsPerSecondMax: {
    default: 200,
    min: 1,
    max: 100_000,
    unit: 'per second',
    atLimit: 'Further connections from that host are refused until the next second.'
  },
  pendingConnectionsMax: {
    default: 100,
    min: 1,
    max: 100_000,
    unit: 'count',
    atLimit: 'Further connections are refused until a handshake has finished.'
  },
  admissionTimeoutMs: {
    default: 10_000,
    min: 100,
    max: 10 * MINUTE_MS,
    unit: 'ms',
    atLimit: 'A connection whose admission takes longer is ended, on both sides.'
  },
  admissionFrameBytesMax: {
    default: 64 * KIB,
    min: 4 * KIB,
    max: 1 * MIB,
    unit: 'bytes',
    atLimit: 'A connection on which a longer message comes before it is admitted is ended.'
  },
  dialTimeoutMs: {
    default: 10_000,
    min: 100,
    max: 10 * MINUTE_MS,
    unit: 'ms',
    atLimit: 'Dialing a member, over all of its addresses, fails and is tried again later.'
  },
  redialPauseMsMax: {
    default: MINUTE_MS,
    min: 100,
    max: 24 * 60 * MINUTE_MS,
    unit: 'ms',
    atLimit: 'A member that cannot be reached is dialed this often at least.'
  },
  streamsPerPeerMax: {
    default: 64,
    min: 4,
    max: 4_096,
    unit: 'count',
    atLimit: 'Further streams of that peer are closed at once; opening one to it fails with STREAMS_EXHAUSTED.'
  },
  streamStalledMsMax: {
    default: 30_000,
    min: 100,
    max: 60 * MINUTE_MS,
    unit: 'ms',
    atLimit: 'A stream on which the rest of a frame, or the answer to a close, takes longer is broken off.'
  },
  gossipBytesPerSecondMax: {
    default: 8 * MIB,
    min: 64 * KIB,
    max: 1_024 * MIB,
    unit: 'per second',
    atLimit: 'Own messages wait; of a neighbour that sends more, messages are dropped, and reconciliation brings them.'
  },
  gossipMessagesPerSecondMax: {
    default: 2_000,
    min: 10,
    max: 1_000_000,
    unit: 'per second',
    atLimit: 'Messages of that neighbour are dropped; one that goes on for long loses its connection.'
  },
  streamWriteBufferBytesMax: {
    default: 8 * MIB,
    min: 1 * MIB,
    max: 256 * MIB,
    unit: 'bytes',
    atLimit: 'Writing to that stream waits until the peer has read.'
  }
} as const satisfies Readonly<Record<string, NodeLimit>>
