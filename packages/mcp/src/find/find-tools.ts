import { z } from 'zod'
import { jsonOf } from '../context/answers.ts'
import { contextUri } from '../resources/context-uri.ts'
import { tokenArgument } from '../tools/arguments.ts'
import { newTool, READS } from '../tools/tool.ts'

const HITS = 10

/** The pair of tools that research clients look for; their shapes are fixed by those. */
export const search = newTool({
  name: 'search',
  title: 'Search',
  description: 'Searches the stored contexts and gives ids to pass to fetch.',
  input: z.object({ query: z.string(), token: tokenArgument }),
  annotations: READS,
  run: async ({ query }, { node, signal }) => {
    const { hits } = await node.search({ text: query, literal: true, limit: HITS, signal })
    const paths = new Map(hits.map(({ path, title }) => [path, title ?? path]))
    const results = [...paths].map(([path, title]) => ({ id: path, title, url: contextUri(path) }))
    const data = jsonOf({ results })
    return { text: JSON.stringify(data), data, hasOwnShape: true }
  }
})

export const fetch = newTool({
  name: 'fetch',
  title: 'Fetch',
  description: 'Gives the whole text of a context that search found.',
  input: z.object({ id: z.string().describe('An id from search'), token: tokenArgument }),
  annotations: READS,
  run: async ({ id }, { node, signal }) => {
    const { path, body, fields, tags, meta, version, updatedAt } = await node.contexts.get(id, { signal })
    const metadata = { version, updatedAt, fields, tags }
    const data = jsonOf({ id: path, title: meta.title ?? path, text: body, url: contextUri(path), metadata })
    return { text: JSON.stringify(data), data, hasOwnShape: true }
  }
})
