import type { EffectiveContext, JsonObject } from '@hcfs/core'
import { RENDER_TOKENS_MIN, renderEffective } from '@hcfs/core'
import { z } from 'zod'
import { MCP_LIMITS } from '../mcp-limits.ts'
import { tokenArgument } from '../tools/arguments.ts'
import { newTool, READS } from '../tools/tool.ts'
import { jsonOf } from './answers.ts'

export const contextResolve = newTool({
  name: 'context_resolve',
  title: 'Load what holds for a path',
  description:
    'Loads what holds at a path: its own context together with what it inherits from every context above it (rules, conventions, facts of the project). Call it once at the start of a task with the path you work at, also when nothing is written there yet. The answer is Markdown that fits max_tokens, nearest and most important first, and says what was left out; read that with context_read.',
  input: z.object({
    path: z.string().describe('The path you work at, such as /projects/apollo/tasks/42'),
    max_tokens: z
      .number()
      .int()
      .min(RENDER_TOKENS_MIN)
      .max(MCP_LIMITS.resolveTokensMax)
      .default(4_000)
      .describe('What the text may take at most, by an estimate of four bytes each'),
    blame: z.boolean().default(false).describe('Also say which context, commit and agent gave each value'),
    token: tokenArgument
  }),
  annotations: READS,
  run: async ({ path, max_tokens: tokensMax, blame }, { node, signal }) => {
    const context = await node.contexts.resolve(path, { signal, ...(blame && { blame: 'keys' }) })
    const { text, tokens, leftOut } = renderEffective(context, { tokensMax })
    const { version, chain, violations } = context
    const data = jsonOf({
      path: context.path,
      version,
      from: chain.map((source) => source.path),
      markdown: text,
      tokens,
      leftOut,
      ...(violations.length > 0 && { violations }),
      ...(blame && { blame: blameOf(context) })
    })
    // Agents read the text as it is, so the answer has a shape of its own.
    return { hasOwnShape: true, text: blame ? `${text}\n${JSON.stringify(data['blame'])}\n` : text, data }
  }
})

/** As short as it can be: agents pay for every character. */
function blameOf({ blame }: EffectiveContext): JsonObject {
  const rows = Object.entries(blame).map(([key, { from, rule, shadowed }]) => [
    key,
    {
      from: from.map(({ path, commit, by, updatedAt }) => ({ path, commit, agent: by?.agent, updatedAt })),
      rule,
      ...(shadowed.length > 0 && { replaced: shadowed.map(({ path }) => path) })
    }
  ])
  return jsonOf<object>(Object.fromEntries(rows)) as JsonObject
}
