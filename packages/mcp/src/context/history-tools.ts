import type { ContentDiff, HistoryEntry } from '@hcfs/core'
import { z } from 'zod'
import { MCP_LIMITS } from '../mcp-limits.ts'
import { noteArgument, pathArgument, tokenArgument, versionOrTime } from '../tools/arguments.ts'
import { pieceOf } from '../tools/pieces.ts'
import { CHANGES, newTool, READS, REMOVES } from '../tools/tool.ts'
import { answer, jsonOf, written } from './answers.ts'

export const contextHistory = newTool({
  name: 'context_history',
  title: 'History of a context',
  description:
    'Lists the changes of a context, the newest first: version, time, which agent, and why. Pass a version to context_read (at), context_diff or context_restore. When more is set, call again with before = the last version.',
  input: z.object({
    path: pathArgument,
    limit: z.number().int().min(1).max(MCP_LIMITS.historyEntriesMax).default(20),
    before: z.string().optional().describe('Goes on with what came before this version'),
    token: tokenArgument
  }),
  annotations: READS,
  run: async ({ path, limit, before }, { node, signal }) => {
    const changes: HistoryEntry[] = []
    const options = { limit: limit + 1, signal, ...(before !== undefined && { before }) }
    for await (const change of node.contexts.history(path, options)) changes.push(change)
    const shown = changes.slice(0, limit).map(({ version, kind, time, by, author, note, path: place }) => {
      return { version, kind, time, agent: by?.agent, author, note, ...(place !== path && { path: place }) }
    })
    return answer({ path, changes: jsonOf(shown), more: changes.length > limit })
  }
})

export const contextDiff = newTool({
  name: 'context_diff',
  title: 'Compare versions',
  description:
    'Shows what changed in a context between two versions or times; without to, up to now. Changes of the text come as a unified diff. A long one comes in pieces: call again with offset = nextOffset.',
  input: z.object({
    path: pathArgument,
    from: z.string().describe('A version, or a time in ISO 8601'),
    to: z.string().optional().describe('A version, or a time in ISO 8601. Default: now'),
    offset: z.number().int().min(0).default(0),
    token: tokenArgument
  }),
  annotations: READS,
  run: async ({ path, from, to, offset }, { node }) => {
    const end = to === undefined ? undefined : versionOrTime(to)
    const diff = await node.contexts.diff(path, versionOrTime(from), end)
    const { text, nextOffset } = pieceOf(unifiedText(diff), offset)
    const { fields, meta, tags, links } = diff
    return answer({
      path,
      body: text,
      ...(nextOffset !== undefined && { nextOffset }),
      ...(offset === 0 && jsonOf({ fields, meta, tags, links }))
    })
  }
})

export const contextRestore = newTool({
  name: 'context_restore',
  title: 'Restore a version',
  description:
    'Makes a context what it was at an earlier version or time, also one that was removed. The history keeps what came between, so this can be undone the same way.',
  input: z.object({
    path: pathArgument,
    version: z.string().describe('A version from context_history, or a time in ISO 8601'),
    note: noteArgument,
    token: tokenArgument
  }),
  annotations: CHANGES,
  run: async ({ path, version, note }, call) => {
    const options = { by: call.by, signal: call.signal, ...(note !== undefined && { note }) }
    return written(await call.node.contexts.restore(path, versionOrTime(version), options), call)
  }
})

export const contextRemove = newTool({
  name: 'context_remove',
  title: 'Remove a context',
  description:
    'Removes a context, and with recursive everything below it. It stays in the history: the result names the version to pass to context_restore.',
  input: z.object({
    path: pathArgument,
    recursive: z.boolean().default(false).describe('Also removes everything below'),
    version: z.string().optional().describe('Removes only if this is still its version'),
    note: noteArgument,
    token: tokenArgument
  }),
  annotations: REMOVES,
  run: async ({ path, recursive, version, note }, call) => {
    const { contexts } = call.node
    const last = recursive ? undefined : (await contexts.get(path, { signal: call.signal })).version
    const receipt = await contexts.remove(path, {
      recursive,
      by: call.by,
      signal: call.signal,
      ...(version !== undefined && { ifVersion: version }),
      ...(note !== undefined && { note })
    })
    return written(receipt, call, { removed: receipt.contexts, ...(last !== undefined && { restoreVersion: last }) })
  }
})

function unifiedText({ body }: ContentDiff): string {
  const marks = { same: ' ', removed: '-', added: '+' } as const
  return body
    .map(({ beforeStart, beforeCount, afterStart, afterCount, lines }) => {
      const head = `@@ -${beforeStart},${beforeCount} +${afterStart},${afterCount} @@\n`
      return head + lines.map(({ kind, text }) => `${marks[kind]}${text.endsWith('\n') ? text : `${text}\n`}`).join('')
    })
    .join('')
}
