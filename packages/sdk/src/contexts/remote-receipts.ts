import type { Copies, NetworkApi, Receipt, ReceiptData, ReplicatedOptions } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { HttpClient } from '../http/http-client.ts'

export interface RemoteReceiptsComponents {
  http: HttpClient
  network: Pick<NetworkApi, 'replicated' | 'status'>
}

/** Receipts whose `replicated` asks the node that gave them. */
export class RemoteReceipts {
  readonly #components: RemoteReceiptsComponents

  constructor(components: RemoteReceiptsComponents) {
    this.#components = components
  }

  receipt<Data extends ReceiptData>(data: Data): Data & Receipt {
    if (data.commit !== undefined) this.#components.http.wrote(data.token)
    const replicated = (options: ReplicatedOptions): Promise<Copies> => this.#replicated(data, options)
    const receipt = Object.assign(data, { replicated })
    Object.freeze(receipt)
    return receipt
  }

  async #replicated({ commit }: ReceiptData, options: ReplicatedOptions): Promise<Copies> {
    const { network } = this.#components
    if (commit !== undefined) return network.replicated(commit, options)
    // A call that changed nothing left nothing to copy.
    const { copies, signal } = options
    if (!Number.isInteger(copies) || copies < 1) throw new TypeError(`copies is a whole number from 1, not ${copies}`)
    if (copies === 1) return { holders: [(await network.status(undefined, signal ? { signal } : {})).name] }
    throw new HcfsError('NOT_REPLICATED', 'This call changed nothing, so there is nothing to copy', {
      details: { have: 1, copies }
    })
  }
}
