import { MCP_LIMITS } from '../mcp-limits.ts'

/** Like `map`, a bounded number of items at a time, in order. */
export async function mapAtOnce<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>
): Promise<Result[]> {
  const results: Result[] = []
  for (let at = 0; at < items.length; at += MCP_LIMITS.readsAtOnceMax) {
    results.push(...(await Promise.all(items.slice(at, at + MCP_LIMITS.readsAtOnceMax).map(work))))
  }
  return results
}
