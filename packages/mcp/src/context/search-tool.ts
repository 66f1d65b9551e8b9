import { z } from 'zod'
import { MCP_LIMITS } from '../mcp-limits.ts'
import { tokenArgument } from '../tools/arguments.ts'
import { newTool, READS } from '../tools/tool.ts'
import { answer, jsonOf } from './answers.ts'

export const contextSearch = newTool({
  name: 'context_search',
  title: 'Search contexts',
  description:
    'Finds contexts by words and meaning, the best first, each with the piece of text that matches. Use it when you do not know the path. Words may be "phrases", -excluded, prefix*, or filters such as tag:docking, kind:task, agent:planner. Then read a hit with context_read.',
  input: z.object({
    query: z.string().describe('What you look for'),
    under: z.string().default('/').describe('Only at and below this path'),
    mode: z.enum(['hybrid', 'text', 'vector']).default('hybrid'),
    literal: z.boolean().default(false).describe('Takes every character of query as something to look for'),
    tag: z.string().optional(),
    kind: z.string().optional(),
    agent: z.string().optional().describe('Only what this agent wrote last'),
    limit: z.number().int().min(1).max(MCP_LIMITS.searchHitsMax).default(8),
    skip: z.number().int().min(0).max(MCP_LIMITS.searchSkipMax).default(0).describe('Leaves out the first hits'),
    token: tokenArgument
  }),
  annotations: READS,
  run: async ({ query, limit, skip, tag, kind, agent, token, ...request }, { node, signal }) => {
    // The call has waited for the whole token in the store; the index is asked for its newest part.
    const after = token?.split(',').at(0)
    const { hits, coverage, warnings } = await node.search({
      ...request,
      text: query,
      limit: skip + limit + 1,
      signal,
      ...(tag !== undefined && { tag }),
      ...(kind !== undefined && { kind }),
      ...(agent !== undefined && { agent }),
      ...(after !== undefined && after !== '' && { after })
    })
    const shown = hits.slice(skip, skip + limit).map(({ path, snippet, score, version, title, by, updatedAt }) => {
      return { path, title, snippet, score: Number(score.toPrecision(3)), version, agent: by?.agent, updatedAt }
    })
    return answer({
      hits: jsonOf(shown),
      more: hits.length > skip + limit,
      ...(coverage.share < 1 && { searchedShare: coverage.share }),
      ...(warnings.length > 0 && { warnings: [...warnings] })
    })
  }
})
