import type { NodeOf } from '../access/callers.ts'
import type { Streams } from '../answers/streams.ts'
import type { App } from '../app.ts'

/** What a group of routes is made of. */
export interface RoutesComponents {
  app: App
  /** The node as the sender of a request may use it. */
  nodeOf: NodeOf
  streams: Streams
}
