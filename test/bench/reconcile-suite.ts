import { encodeCommit } from '@hcfs/crdt'
import type { Conversation } from '../support/converse.ts'
import { converse } from '../support/converse.ts'
import { editsOf, LARGE_NETWORK, LARGE_SPACE, LargeSpace, SharedDocuments } from '../support/large-space.ts'
import type { Figure, OpenSuite, Suite } from './suite.ts'

const KIB = 1_024
const PAYLOAD_BYTES = 1_024
const DEVICES = 8
/** A document's id and its one head, as the rows of the trie would list them. */
const HEAD_BYTES = 64
const DIFFERENCES = [0, 1, 10, 100, 1_000]
/** Few chains are compared outright; with more than a thousand the trie is. */
const CHAINS = [16, 1_000, 2_000]

/** What two replicas say until they are equal; the floor is the commits that one of them lacks, as they are stored. */
export const reconcileSuite: Suite = {
  name: 'reconcile',
  unit: 'contexts',
  sizes: [10_000, 100_000, 1_000_000],
  open: openReconcileSuite
}

async function openReconcileSuite(contexts: number): Promise<OpenSuite> {
  const documents = new SharedDocuments(contexts)
  const figures: Figure[] = [{ name: 'listing all heads', unit: 'KiB', take: () => (contexts * HEAD_BYTES) / KIB }]
  for (const chains of CHAINS) {
    for (const count of DIFFERENCES) figures.push(...(await figuresOf({ documents, chains, count })))
  }
  return { rows: [], figures }
}

interface Case {
  readonly documents: SharedDocuments
  readonly chains: number
  readonly count: number
}

async function figuresOf({ documents, chains, count }: Case): Promise<Figure[]> {
  const edits = editsOf({ documents, count, devices: DEVICES, payloadBytes: PAYLOAD_BYTES })
  const [ada, bob] = [new LargeSpace({ documents, chains }), new LargeSpace({ documents, chains })]
  bob.add(...edits)
  const said = await converse(ada, bob, { network: LARGE_NETWORK, space: LARGE_SPACE })
  if (ada.heldCount !== count) throw new Error(`Of ${count} differences ${ada.heldCount} came over`)
  const stored = edits.reduce((sum, { commit }) => sum + encodeCommit(commit).length + PAYLOAD_BYTES, 0)
  return figuresOfOne({
    said,
    stored,
    name: `${count} differ, ${chains} chains`,
    goal: goalOf(documents.ids.length, count)
  })
}

interface Measured {
  readonly said: Conversation
  readonly stored: number
  readonly name: string
  readonly goal: number | undefined
}

function figuresOfOne({ said, stored, name, goal }: Measured): Figure[] {
  const floor = stored === 0 ? {} : { floor: { name: 'the commits', take: () => stored / KIB } }
  return [
    { name, unit: 'KiB', take: () => said.bytes / KIB, ...floor, ...(goal !== undefined && { goal }) },
    { name: `${name}, rounds`, unit: 'rounds', take: () => said.rounds }
  ]
}

function goalOf(contexts: number, count: number): number | undefined {
  if (count === 0) return 0.097
  if (contexts === 100_000 && count === 10) return 64
  return contexts === 1_000_000 && count === 1 ? 8 : undefined
}
