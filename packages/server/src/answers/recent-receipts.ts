import type { Copies, Receipt, ReplicatedOptions, Token } from '@hcfs/core'
import { HcfsError, NODE_LIMITS } from '@hcfs/core'

/**
 * The receipts given out last, so that a caller can ask later where the change
 * is by now. Holds at most `receiptsKeptMax`; the oldest goes first.
 */
export class RecentReceipts {
  readonly #receipts = new Map<Token, Receipt>()
  readonly #countMax: number

  constructor({ receiptsKeptMax = NODE_LIMITS.receiptsKeptMax.default }: { receiptsKeptMax?: number } = {}) {
    this.#countMax = receiptsKeptMax
  }

  keep<Kept extends Receipt>(receipt: Kept): Kept {
    this.#receipts.delete(receipt.token)
    this.#receipts.set(receipt.token, receipt)
    if (this.#receipts.size > this.#countMax) {
      const [oldest] = this.#receipts.keys()
      if (oldest !== undefined) this.#receipts.delete(oldest)
    }
    return receipt
  }

  async replicated(token: Token, options: ReplicatedOptions): Promise<Copies> {
    const receipt = this.#receipts.get(token)
    if (receipt !== undefined) return receipt.replicated(options)
    throw new HcfsError('RECEIPT_UNKNOWN', 'This node does not remember that receipt; ask it for its status instead')
  }
}
