import type { Clock, Random } from '@hcfs/core'
import { SystemClock, SystemRandom } from '@hcfs/core'
import { openLocalTransport } from '#local-transport'
import { BatchSender } from './contexts/batch-sender.ts'
import { DraftRecorder } from './contexts/draft-recorder.ts'
import { RemoteContexts } from './contexts/remote-contexts.ts'
import { RemoteReceipts } from './contexts/remote-receipts.ts'
import { RemoteWatch } from './contexts/remote-watch.ts'
import { SubtreeSender } from './contexts/subtree-sender.ts'
import { HttpClient } from './http/http-client.ts'
import type { RetriesOptions } from './http/retries.ts'
import { Retries } from './http/retries.ts'
import { RemoteKeys } from './network/remote-keys.ts'
import { RemoteNetwork } from './network/remote-network.ts'
import { RemoteNode } from './remote-node.ts'
import type { Transport } from './transport/transport.ts'
import type { UrlPlace } from './transport/url-transport.ts'
import { UrlTransport } from './transport/url-transport.ts'

interface CommonOptions {
  /** The name under which this program writes; single calls may say more in `by`. */
  readonly agent?: string
  /** Gives up connecting. */
  readonly signal?: AbortSignal
}

export interface ConnectLocalOptions extends CommonOptions {
  /** The data directory of a node that runs on this machine. */
  readonly dir: string
}

export interface ConnectUrlOptions extends CommonOptions, UrlPlace {
  readonly retries?: RetriesOptions
  readonly clock?: Pick<Clock, 'wait'>
  readonly random?: Random
}

export type ConnectOptions = ConnectLocalOptions | ConnectUrlOptions

/**
 * A client of a running node: of the one in a directory of this machine, or by
 * its address and an API key. The same interface as the embedded node. Over an
 * address, calls are repeated after failures that may pass, a watch goes on where it was, and reads see what this
 * client wrote. Fails with `NODE_NOT_RUNNING` or `CONNECTION_LOST` when there is no node.
 */
export async function connect(options: ConnectOptions): Promise<RemoteNode> {
  const transport = 'dir' in options ? openLocalTransport({ dir: options.dir }) : new UrlTransport(options)
  const { agent, signal } = options
  const retries = 'dir' in options ? {} : { retries: retriesOf(options) }
  const http = new HttpClient({ transport, ...retries }, agent === undefined ? {} : { by: { agent } })
  try {
    await http.json<unknown>({ method: 'GET', target: '/healthz', signal })
    return remoteNode(transport, http)
  } catch (error) {
    await transport.close()
    throw error
  }
}

function retriesOf({ clock, random, retries }: ConnectUrlOptions): Retries {
  return new Retries({ clock: clock ?? new SystemClock(), random: random ?? new SystemRandom() }, retries)
}

function remoteNode(transport: Transport, http: HttpClient): RemoteNode {
  const network = new RemoteNetwork({ http, fileName: (file) => transport.fileName(file) })
  const receipts = new RemoteReceipts({ http, network })
  const drafts = new DraftRecorder({ http })
  const contexts = new RemoteContexts({
    http,
    receipts,
    drafts,
    subtrees: new SubtreeSender({ http, receipts }),
    batches: new BatchSender({ http, drafts }),
    watching: new RemoteWatch({ http })
  })
  return new RemoteNode({ http, transport, contexts, network, keys: new RemoteKeys({ http }) })
}
