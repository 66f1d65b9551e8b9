import type { Copies, NetworkApi, Receipt, ReceiptData, ReplicatedOptions, Token } from '@hcfs/core'
import { copiesAlone } from '../convergence/network-alone.ts'
import type { Signer } from '../replica/group-sealer.ts'
import type { CommittedAs } from '../replica/write-request.ts'
import { encodeToken } from './token.ts'

/** Who is asked for the copies of a commit. */
export type CopiesSource = Pick<NetworkApi, 'replicated'>

/** A receipt of this node; its data travels, and `replicated` asks the network of the node, or here where there is none. */
export function receiptOf(data: ReceiptData, nodeName: string, network?: CopiesSource): Receipt {
  return Object.freeze({
    ...data,
    replicated: async (options: ReplicatedOptions): Promise<Copies> => {
      const { commit, durable } = data
      // A call that changed nothing left nothing to copy.
      if (network !== undefined && commit !== undefined) return network.replicated(commit, options)
      return copiesAlone(durable === 'disk' ? 'disk' : 'memory', { copies: options.copies, name: nodeName })
    }
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
