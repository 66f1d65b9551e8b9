import type { Logger, WatchedChange } from '@hcfs/core'
import { isPathPrefix, parsePath } from '@hcfs/core'
import type { McpNode } from '../mcp-node.ts'
import { contextUri } from './context-uri.ts'
import { GRAPH_URI } from './graph-resource.ts'

export interface ChangeListener {
  resourceUpdated(uri: string): void
  resourcesChanged(): void
}

const MEMORY_ROOT = parsePath('/memory')

/** Tells a listener of every change of the node until its signal falls. When the node goes it ends, and says so in the log. */
export async function followChanges(
  { node, log, listener, under = '/' }: { node: McpNode; log: Logger; listener: ChangeListener; under?: string },
  signal: AbortSignal
): Promise<void> {
  try {
    for await (const change of node.contexts.watch(under, { signal })) tell(listener, change)
  } catch (error) {
    if (signal.aborted) return
    log.warn('mcp-changes-ended', { error: error instanceof Error ? error.message : String(error) })
  }
}

function tell(listener: ChangeListener, { path, kind }: WatchedChange): void {
  listener.resourceUpdated(contextUri(path))
  if (isPathPrefix(MEMORY_ROOT, path)) listener.resourceUpdated(GRAPH_URI)
  // An update may be the first one; clients ask again for the list only when they show it.
  if (kind !== 'update') listener.resourcesChanged()
}
