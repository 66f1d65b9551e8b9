import type { McpServer } from '@modelcontextprotocol/server'
import { completable } from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { McpNode } from '../mcp-node.ts'
import { completedPaths } from '../resources/context-resources.ts'
import type { TokenTrail } from '../tools/token-trail.ts'

/** Texts that help an agent use the store. */
export function registerPrompts(server: McpServer, node: McpNode, trail: TokenTrail): void {
  const under = completable(z.string().optional().describe('Path below which to work'), (value) =>
    completedPaths(node, value ?? '')
  )
  server.registerPrompt(
    'remember',
    {
      title: 'Remember',
      description: 'Store what matters from this conversation',
      argsSchema: z.object({ what: z.string().describe('What to remember'), under })
    },
    ({ what, under: path = '/memory/notes' }) =>
      said(`Remember this in the context store: ${what}

1. Call context_search to see whether something below ${path} is about it already.
2. If so, read that context and change it with context_edit, passing the version you read. Otherwise call context_write with a new path below ${path}: short words, joined by dashes.
3. Give it a title, and tags by which it will be found. Write what is true, when it was learned and why it matters; do not store secrets.
4. Say in one sentence what you stored, and where.`)
  )
  server.registerPrompt(
    'recall',
    {
      title: 'Recall',
      description: 'Answer from what is stored',
      argsSchema: z.object({ question: z.string().describe('What you want to know'), under })
    },
    ({ question, under: path = '/' }) =>
      said(`Answer from the context store: ${question}

1. Call context_search with under ${path}. Try other words if nothing fits.
2. Read the best hits with context_read; the snippets are only pieces of them.
3. Answer, and name the paths that you took it from, and who wrote them when. If the store does not say, say so.`)
  )
  server.registerPrompt(
    'handover',
    {
      title: 'Hand over',
      description: 'Leave work to another agent, with a token so that it sees everything you wrote',
      argsSchema: z.object({ task: z.string().describe('What is handed over'), to: z.string().optional(), under })
    },
    ({ task, to = 'another agent', under: path = '/handover' }) =>
      said(`Hand this over to ${to}: ${task}

1. Write a context below ${path} with context_write: what is done, what is open, what comes next, and links to the paths that matter.
2. If that agent works on another machine, call context_wait.
3. End with one line that it can use as it is: the path, and the token of your last result. Its first call passes that token, and then sees everything you wrote.${trail.token === undefined ? '' : `\n\nThe token so far: ${trail.token}`}`)
  )
}

function said(text: string) {
  return { messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }] }
}
