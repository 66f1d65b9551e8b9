import type { Context, ListEntry } from '@hcfs/core'
import { z } from 'zod'
import { MCP_LIMITS } from '../mcp-limits.ts'
import { pathArgument, tokenArgument, versionOrTime } from '../tools/arguments.ts'
import { pieceOf } from '../tools/pieces.ts'
import type { ToolCall } from '../tools/tool.ts'
import { newTool, READS } from '../tools/tool.ts'
import { answer, jsonOf } from './answers.ts'

export const contextRead = newTool({
  name: 'context_read',
  title: 'Read a context',
  description:
    'Reads what is stored at a path: body (text), fields (JSON), tags, links and meta, and its version. Keep the version and pass it to context_write or context_edit when you change it. A long body comes in pieces: call again with offset = nextOffset.',
  input: z.object({
    path: pathArgument,
    at: z.string().optional().describe('An earlier version, or a time in ISO 8601. Default: now'),
    offset: z.number().int().min(0).default(0).describe('Where the piece of the body begins, in characters'),
    token: tokenArgument
  }),
  annotations: READS,
  run: async ({ path, at, offset }, { node, signal }) => {
    const options = { signal, ...(at !== undefined && { at: versionOrTime(at) }) }
    return answer(readResult(await node.contexts.get(path, options), offset))
  }
})

export const contextList = newTool({
  name: 'context_list',
  title: 'List contexts',
  description:
    'Lists what lies below a path: one level, or everything with recursive. Use it to look around before you read. When more is set, call again with start_after = the last path.',
  input: z.object({
    path: z.string().default('/').describe('The path to look below'),
    recursive: z.boolean().default(false),
    tag: z.string().optional().describe('Only contexts with this tag'),
    kind: z.string().optional().describe('Only contexts of this kind'),
    limit: z.number().int().min(1).max(MCP_LIMITS.listEntriesMax).default(50),
    start_after: z.string().optional().describe('Goes on after this path'),
    token: tokenArgument
  }),
  annotations: READS,
  run: async (args, call) => {
    const entries = await listed(args, call)
    const shown = entries.slice(0, args.limit)
    return answer({ entries: jsonOf(shown.map(entryResult)), more: entries.length > args.limit })
  }
})

function readResult({ body, ...context }: Context, offset: number) {
  const { text, nextOffset } = pieceOf(body, offset)
  const { path, version, fields, tags, links, meta, author, by, updatedAt } = context
  return {
    path,
    version,
    body: text,
    ...(nextOffset !== undefined && { nextOffset, bodyChars: body.length }),
    // Of a later piece only the text is news.
    ...(offset === 0 && {
      ...jsonOf({ fields, tags, links, meta }),
      ...(by?.agent !== undefined && { agent: by.agent }),
      author,
      updatedAt
    })
  }
}

interface ListArguments {
  readonly path: string
  readonly recursive: boolean
  readonly limit: number
  readonly tag?: string | undefined
  readonly kind?: string | undefined
  readonly start_after?: string | undefined
}

async function listed(args: ListArguments, { node, signal }: ToolCall): Promise<ListEntry[]> {
  const { path, recursive, limit, tag, kind, start_after: startAfter } = args
  const filter = { ...(tag !== undefined && { tag }), ...(kind !== undefined && { kind }) }
  const entries: ListEntry[] = []
  const options = { recursive, filter, limit: limit + 1, signal, ...(startAfter !== undefined && { startAfter }) }
  for await (const entry of node.contexts.list(path, options)) entries.push(entry)
  return entries
}

function entryResult({
  path,
  isContext,
  hasChildren,
  title,
  kind,
  tags,
  bodyBytes,
  version,
  by,
  updatedAt
}: ListEntry) {
  return {
    path,
    ...(!isContext && { isFolderOnly: true }),
    ...(hasChildren === true && { hasChildren }),
    title,
    kind,
    ...(tags !== undefined && tags.length > 0 && { tags }),
    bodyBytes,
    version,
    agent: by?.agent,
    updatedAt
  }
}
