import type { Copies, Receipt, ReceiptData, ReplicatedOptions, Token } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { Signer } from '../replica/group-sealer.ts'
import type { CommittedAs } from '../replica/write-request.ts'
import { encodeToken } from './token.ts'

/** A receipt of this node; its data travels, and `replicated` asks here. */
export function receiptOf(data: ReceiptData, nodeName: string): Receipt {
  return Object.freeze({
    ...data,
    replicated: ({ copies }: ReplicatedOptions): Promise<Copies> => replicatedHere(data, copies, nodeName)
  })
}

/** Tokens by the commit that they were made of: all writes of one commit have the same. */
const tokens = new WeakMap<CommittedAs, Token>()

export function tokenOf(commit: CommittedAs | undefined, signer: Signer): Token {
  if (commit === undefined) return encodeToken([])
  const known = tokens.get(commit)
  if (known !== undefined) return known
  const { author } = signer.writer
  const token = encodeToken([{ author, incarnation: commit.incarnation, seq: commit.seq, id: commit.id }])
  tokens.set(commit, token)
  return token
}

/** This node is the only one of its network until others join. */
async function replicatedHere(data: ReceiptData, copies: number, nodeName: string): Promise<Copies> {
  if (!Number.isInteger(copies) || copies < 1) throw new TypeError(`copies is a whole number from 1, not ${copies}`)
  const have = data.durable === 'disk' ? 1 : 0
  if (copies <= have) return { holders: [nodeName] }
  throw new HcfsError(
    'NOT_REPLICATED',
    have === 0
      ? 'This node was opened with durability "buffered", so nothing is on its disk for certain yet'
      : `The change is on this node only, and ${copies} copies were asked for; let another machine join first`,
    { details: { have, copies } }
  )
}
