import { commitId, deviceId, docId, parsePath } from '@hcfs/core'
import { packCommits } from '../../src/reconcile/pack-commits.ts'
import type { MessageNamed, SyncMessageName } from '../../src/reconcile/sync-message.ts'
import { ada, commitNamed, hashOf, sampleCommit } from '../commit/sample-commits.ts'

const tip = { author: ada.deviceId, incarnation: 7, seq: 3, id: commitNamed('tip') }
const otherTip = { author: deviceId(hashOf('other')), incarnation: 0, seq: 1, id: commitId(hashOf('other tip')) }
const docs = ['one', 'two'].map((word) => docId(hashOf(word))).sort()
const commit = sampleCommit()

/** One of each message: what a peer may say at any time, and what the golden bytes are of. */
export const SAMPLE_MESSAGES: { readonly [Name in SyncMessageName]: MessageNamed<Name> } = {
  hello: {
    message: 'hello',
    space: parsePath('/team'),
    epoch: 3,
    root: new Uint8Array(32).fill(1),
    count: 1_000,
    chains: 12
  },
  equal: { message: 'equal' },
  different: { message: 'different', count: 999, chains: 11 },
  refused: { message: 'refused', reason: 'busy' },
  'offer-policy': { message: 'offer-policy', epoch: 4 },
  'ask-policy': { message: 'ask-policy', after: 3, credit: 4 },
  frontier: { message: 'frontier', digests: Uint8Array.of(1, 2, 3, 4, 5, 6) },
  difference: { message: 'difference', tips: [tip, otherTip], unknown: [0] },
  'ask-sums': { message: 'ask-sums', depth: 1, step: 2, prefixes: [3, 15] },
  sums: { message: 'sums', nodes: [Uint8Array.of(0, 0x80, ...new Uint8Array(16).fill(9)), Uint8Array.of(0, 0)] },
  'ask-rows': { message: 'ask-rows', leaves: [1, 65_535], after: docs[0]!, withContents: true },
  rows: {
    message: 'rows',
    rows: docs.map((each) => ({ docId: each, digest: hashOf('digest').slice(32), content: hashOf('content') })),
    isComplete: false
  },
  'ask-heads': { message: 'ask-heads', docs },
  heads: { message: 'heads', covered: 2, tips: [tip] },
  offer: { message: 'offer', tips: [tip, otherTip] },
  'offer-all': { message: 'offer-all' },
  want: { message: 'want', ranges: [{ after: 1, tip }], credit: 4 },
  'want-all': { message: 'want-all', credit: 16 },
  enough: { message: 'enough' },
  frame: { message: 'frame', bytes: packCommits([{ commit, payloads: [undefined] }]), ends: 'stream' },
  more: { message: 'more', credit: 1 },
  locate: { message: 'locate', ids: [tip.id] },
  done: { message: 'done' }
}

export const MESSAGE_NAMES = Object.keys(SAMPLE_MESSAGES) as SyncMessageName[]
