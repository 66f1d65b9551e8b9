import type { ReceiptData, SubtreeOptions, SubtreeProgress, SubtreeReceipt } from '@hcfs/core'
import { parsePath } from '@hcfs/core'
import type { HttpClient } from '../http/http-client.ts'
import type { RemoteReceipts } from './remote-receipts.ts'
import { defined } from './request-options.ts'

export interface SubtreeSenderComponents {
  http: HttpClient
  receipts: RemoteReceipts
}

interface SubtreeReceiptData extends ReceiptData {
  readonly contexts: number
}

/** Sends operations on subtrees, and passes on how far they are. */
export class SubtreeSender {
  readonly #components: SubtreeSenderComponents

  constructor(components: SubtreeSenderComponents) {
    this.#components = components
  }

  async write(
    action: 'remove' | 'undelete' | 'move' | 'copy',
    paths: Readonly<Record<string, string>>,
    { recursive, note, ifVersion, ifAbsent, by, signal, onProgress }: SubtreeOptions = {}
  ): Promise<SubtreeReceipt> {
    const { http, receipts } = this.#components
    const canonical = Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, parsePath(path)]))
    const call = {
      method: 'POST',
      target: `/v1/${action}`,
      json: { ...canonical, ...defined({ recursive, note, ifVersion, ifAbsent }) },
      by,
      signal
    } as const
    return receipts.receipt(await http.result<SubtreeProgress, SubtreeReceiptData>(call, onProgress))
  }
}
