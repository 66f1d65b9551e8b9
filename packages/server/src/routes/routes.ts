import type { RecentReceipts } from '../answers/recent-receipts.ts'
import type { Streams } from '../answers/streams.ts'
import type { App } from '../app.ts'
import type { ServedNode } from '../served-node.ts'

/** What a group of routes is made of. */
export interface RoutesComponents {
  app: App
  node: ServedNode
  streams: Streams
  receipts: RecentReceipts
}
