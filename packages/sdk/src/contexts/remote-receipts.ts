import type { Copies, Receipt, ReceiptData, ReplicatedOptions } from '@hcfs/core'
import type { HttpClient } from '../http/http-client.ts'

/** Receipts whose `replicated` asks the node that gave them. */
export class RemoteReceipts {
  readonly #http: HttpClient

  constructor({ http }: { http: HttpClient }) {
    this.#http = http
  }

  receipt<Data extends ReceiptData>(data: Data): Data & Receipt {
    const replicated = (options: ReplicatedOptions): Promise<Copies> => this.#replicated(data, options)
    const receipt = Object.assign(data, { replicated })
    Object.freeze(receipt)
    return receipt
  }

  async #replicated({ token }: ReceiptData, { copies, timeoutMs, signal }: ReplicatedOptions): Promise<Copies> {
    if (!Number.isInteger(copies) || copies < 1) throw new TypeError(`copies is a whole number from 1, not ${copies}`)
    return this.#http.json<Copies>({
      method: 'POST',
      target: '/v1/replicated',
      json: { token, copies, ...(timeoutMs !== undefined && { timeoutMs }) },
      signal
    })
  }
}
