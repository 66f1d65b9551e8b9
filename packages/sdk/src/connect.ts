import { openLocalTransport } from '#local-transport'
import { BatchSender } from './contexts/batch-sender.ts'
import { DraftRecorder } from './contexts/draft-recorder.ts'
import { RemoteContexts } from './contexts/remote-contexts.ts'
import { RemoteReceipts } from './contexts/remote-receipts.ts'
import { RemoteWatch } from './contexts/remote-watch.ts'
import { SubtreeSender } from './contexts/subtree-sender.ts'
import { HttpClient } from './http/http-client.ts'
import { RemoteNode } from './remote-node.ts'
import type { Transport } from './transport/transport.ts'

export interface ConnectOptions {
  /** The data directory of a node that runs on this machine. */
  readonly dir: string
  /** The name under which this program writes; single calls may say more in `by`. */
  readonly agent?: string
  /** Gives up connecting. */
  readonly signal?: AbortSignal
}

/**
 * A client of the node that runs in a directory: the same interface as the
 * embedded node. Fails with `NODE_NOT_RUNNING` when there is none.
 */
export async function connect({ dir, agent, signal }: ConnectOptions): Promise<RemoteNode> {
  const transport = openLocalTransport({ dir })
  const http = new HttpClient({ transport }, agent === undefined ? {} : { by: { agent } })
  try {
    await http.json<unknown>({ method: 'GET', target: '/healthz', signal })
    return remoteNode(transport, http)
  } catch (error) {
    await transport.close()
    throw error
  }
}

function remoteNode(transport: Transport, http: HttpClient): RemoteNode {
  const receipts = new RemoteReceipts({ http })
  const drafts = new DraftRecorder({ http })
  const contexts = new RemoteContexts({
    http,
    receipts,
    drafts,
    subtrees: new SubtreeSender({ http, receipts }),
    batches: new BatchSender({ http, drafts }),
    watching: new RemoteWatch({ http })
  })
  return new RemoteNode({ http, transport, contexts })
}
