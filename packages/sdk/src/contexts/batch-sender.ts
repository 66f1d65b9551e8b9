import type { BatchItem, BatchItemResult, BatchOptions, BatchReceipt } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { HttpClient } from '../http/http-client.ts'
import type { DraftRecorder } from './draft-recorder.ts'
import { partsBody } from './parts-body.ts'
import { defined } from './request-options.ts'

export interface BatchSenderComponents {
  http: HttpClient
  drafts: DraftRecorder
}

/** An item that can be sent, or why it cannot. */
type PreparedItem = { readonly json: object } | { readonly refused: HcfsError }

/** Sends several writes as one request. Edits are recorded first, each on the version it is about. */
export class BatchSender {
  readonly #components: BatchSenderComponents

  constructor(components: BatchSenderComponents) {
    this.#components = components
  }

  async send(items: readonly BatchItem[], { atomic, note, by, signal }: BatchOptions = {}): Promise<BatchReceipt> {
    const prepared = await Promise.all(items.map((item) => this.#prepare(item, signal)))
    const refused = prepared.find((item) => 'refused' in item)
    if (refused !== undefined && atomic !== false) throw refused.refused
    const receipt = await this.#components.http.json<BatchReceipt>({
      method: 'POST',
      target: '/v1/batch',
      json: {
        items: prepared.flatMap((item) => ('json' in item ? [item.json] : [])),
        ...defined({ atomic, note })
      },
      by,
      signal
    })
    this.#components.http.wrote(receipt.token)
    return { ...receipt, items: inOrder(prepared, receipt.items) }
  }

  async #prepare(item: BatchItem, signal: AbortSignal | undefined): Promise<PreparedItem> {
    try {
      return { json: await this.#json(item, signal) }
    } catch (error) {
      if (error instanceof HcfsError) return { refused: error }
      throw error
    }
  }

  async #json(item: BatchItem, signal: AbortSignal | undefined): Promise<object> {
    if ('put' in item) {
      const { path, base, replace, note, ifVersion, ifAbsent } = item.put
      return { put: { path, ...partsBody(item.put), ...defined({ base, replace, note, ifVersion, ifAbsent }) } }
    }
    if ('remove' in item) {
      const { path, note, ifVersion, ifAbsent } = item.remove
      return { remove: { path, ...defined({ note, ifVersion, ifAbsent }) } }
    }
    const { path, change, base, note, ifVersion, ifAbsent } = item.edit
    const recorded =
      typeof change === 'function'
        ? await this.#components.drafts.record(path, change, defined({ base, signal }))
        : { operations: change, ...defined({ base }) }
    return { edit: { path, ...recorded, ...defined({ note, ifVersion, ifAbsent }) } }
  }
}

/** Puts the results of what was sent back between those that were refused here. */
function inOrder(prepared: readonly PreparedItem[], sent: readonly BatchItemResult[]): BatchItemResult[] {
  const results = sent.values()
  return prepared.map((item) => {
    if ('refused' in item) return { error: item.refused.toJSON() }
    const { value } = results.next()
    if (value !== undefined) return value
    throw new HcfsError('CONNECTION_LOST', 'The node answered for fewer items than it was sent; look, then repeat')
  })
}
