import type { ContextPath, CopyComparison, DeviceId, Random } from '@hcfs/core'
import { hasErrorCode } from '@hcfs/core'
import type { PolicyState, SyncOutcome } from '@hcfs/crdt'
import type { ConnectedPeer } from '../network/transport.ts'
import type { FingerprintTrie } from '../replica/fingerprint-trie.ts'
import { coveredLeaves } from './covered-leaves.ts'
import type { SyncDriver } from './sync-driver.ts'

export interface CompareComponents {
  readonly sync: Pick<SyncDriver, 'lead'>
  readonly peers: () => readonly ConnectedPeer[]
  readonly state: { fingerprintsOf(space: ContextPath): Pick<FingerprintTrie, 'sumOf'> }
  readonly policy: { readonly state: Pick<PolicyState, 'mayRead'> }
  readonly spaces: () => readonly ContextPath[]
  readonly random: Random
}

const LEAF_COUNT = 65_536
/** Of about 65,000: contexts in them are compared by what a reader sees, and not only by their versions. */
const AUDITED_LEAVES = 16
/** Others write meanwhile: a copy that differs is compared again before it counts as different. */
const ATTEMPTS_MAX = 5

/** What a comparison says before members have names. */
export type Compared = Omit<CopyComparison, 'name'>

/** Compares every space with every neighbour that may read it, and exchanges what differs on the way. */
export async function compareCopies(
  components: CompareComponents,
  { signal }: { readonly signal?: AbortSignal } = {}
): Promise<Compared[]> {
  const { peers, spaces, policy } = components
  const results: Compared[] = []
  for (const { device } of peers()) {
    for (const space of spaces()) {
      if (policy.state.mayRead(device, space)) results.push(await compareWith(components, { device, space, signal }))
    }
  }
  return results
}

interface Pair {
  readonly device: DeviceId
  readonly space: ContextPath
  readonly signal: AbortSignal | undefined
}

async function compareWith(components: CompareComponents, { device, space, signal }: Pair): Promise<Compared> {
  const common = { member: device, space }
  let exchanged = 0
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const outcome = await lead(components, { device, space, signal })
    if ('received' in outcome) exchanged += outcome.received + outcome.sent
    if (outcome.reason === 'equal') return { ...common, state: 'equal', exchanged }
    if (outcome.reason === 'diverged') {
      return { ...common, state: 'diverged', exchanged, documents: outcome.docs.length }
    }
    if (outcome.reason !== 'exchanged')
      return { ...common, state: 'not-compared', exchanged, detail: detailOf(outcome) }
  }
  return { ...common, state: 'not-compared', exchanged, detail: 'it is being written to faster than it is compared' }
}

async function lead({ sync, state, random }: CompareComponents, { device, space, signal }: Pair): Promise<SyncOutcome> {
  const drawn = Array.from({ length: AUDITED_LEAVES }, () => random.below(LEAF_COUNT))
  const auditLeaves = coveredLeaves(state.fingerprintsOf(space), drawn)
  try {
    return await sync.lead(device, { space, auditLeaves, ...(signal && { signal }) })
  } catch (error) {
    if (
      signal?.aborted === true ||
      !(hasErrorCode(error, 'STREAM_CLOSED') || hasErrorCode(error, 'PEER_UNREACHABLE'))
    ) {
      throw error
    }
    return { reason: 'stopped', why: error instanceof Error ? error.message : 'the connection was lost' }
  }
}

function detailOf(outcome: SyncOutcome): string {
  if ('why' in outcome) return outcome.why
  return 'what' in outcome ? outcome.what : outcome.reason
}
