import type { JsonObject } from '@hcfs/core'
import { z } from 'zod'
import { jsonOf } from '../context/answers.ts'
import { tokenArgument } from '../tools/arguments.ts'
import type { Tool, ToolAnswer, ToolCall } from '../tools/tool.ts'
import { ADDS, newTool, READS, REMOVES } from '../tools/tool.ts'
import { entitySchema, mentions, relationSchema, subgraph } from './graph.ts'
import { GraphStore } from './graph-store.ts'

/** The tools of the reference memory server, with its names, arguments and results. */
export const MEMORY_TOOLS: readonly Tool[] = [
  newTool({
    name: 'create_entities',
    title: 'Create entities',
    description: 'Create multiple new entities in the knowledge graph. Entities that exist stay as they are.',
    input: z.object({ entities: z.array(entitySchema), token: tokenArgument }),
    annotations: ADDS,
    run: async ({ entities }, call) => {
      const created = await storeOf(call).createEntities(entities)
      return shaped({ entities: created }, created)
    }
  }),
  newTool({
    name: 'create_relations',
    title: 'Create relations',
    description: 'Create multiple new relations between entities in the knowledge graph. Write them in active voice.',
    input: z.object({ relations: z.array(relationSchema), token: tokenArgument }),
    annotations: ADDS,
    run: async ({ relations }, call) => {
      const created = await storeOf(call).createRelations(relations)
      return shaped({ relations: created }, created)
    }
  }),
  newTool({
    name: 'add_observations',
    title: 'Add observations',
    description: 'Add new observations to entities that exist in the knowledge graph.',
    input: z.object({
      observations: z.array(
        z.object({
          entityName: z.string().describe('The name of the entity'),
          contents: z.array(z.string()).describe('What to add')
        })
      ),
      token: tokenArgument
    }),
    annotations: ADDS,
    run: async ({ observations }, call) => {
      const store = storeOf(call)
      const results: { entityName: string; addedObservations: string[] }[] = []
      for (const { entityName, contents } of observations) {
        results.push({ entityName, addedObservations: await store.addObservations(entityName, contents) })
      }
      return shaped({ results }, results)
    }
  }),
  newTool({
    name: 'delete_entities',
    title: 'Delete entities',
    description: 'Delete multiple entities and their relations from the knowledge graph.',
    input: z.object({ entityNames: z.array(z.string()), token: tokenArgument }),
    annotations: REMOVES,
    run: async ({ entityNames }, call) => {
      await storeOf(call).removeEntities(entityNames)
      return done('Entities deleted successfully')
    }
  }),
  newTool({
    name: 'delete_observations',
    title: 'Delete observations',
    description: 'Delete single observations from entities in the knowledge graph.',
    input: z.object({
      deletions: z.array(z.object({ entityName: z.string(), observations: z.array(z.string()) })),
      token: tokenArgument
    }),
    annotations: REMOVES,
    run: async ({ deletions }, call) => {
      const store = storeOf(call)
      for (const { entityName, observations } of deletions) await store.removeObservations(entityName, observations)
      return done('Observations deleted successfully')
    }
  }),
  newTool({
    name: 'delete_relations',
    title: 'Delete relations',
    description: 'Delete multiple relations from the knowledge graph.',
    input: z.object({ relations: z.array(relationSchema), token: tokenArgument }),
    annotations: REMOVES,
    run: async ({ relations }, call) => {
      await storeOf(call).removeRelations(relations)
      return done('Relations deleted successfully')
    }
  }),
  newTool({
    name: 'read_graph',
    title: 'Read the graph',
    description: 'Read the entire knowledge graph.',
    input: z.object({ token: tokenArgument }),
    annotations: READS,
    run: async (_, call) => shaped(await storeOf(call).read())
  }),
  newTool({
    name: 'search_nodes',
    title: 'Search nodes',
    description:
      'Search for entities whose name, type or observations contain a text, with the relations that touch them.',
    input: z.object({ query: z.string(), token: tokenArgument }),
    annotations: READS,
    run: async ({ query }, call) => shaped(subgraph(await storeOf(call).read(), (entity) => mentions(entity, query)))
  }),
  newTool({
    name: 'open_nodes',
    title: 'Open nodes',
    description: 'Open entities by their names, with the relations that touch them.',
    input: z.object({ names: z.array(z.string()), token: tokenArgument }),
    annotations: READS,
    run: async ({ names }, call) => shaped(subgraph(await storeOf(call).read(), ({ name }) => names.includes(name)))
  })
]

function storeOf({ node, clock, by, signal, trail }: ToolCall): GraphStore {
  return new GraphStore({ contexts: node.contexts, clock, by, signal, onWritten: (token) => trail.wrote(token) })
}

function shaped(data: object, text: object = data): ToolAnswer {
  const json: JsonObject = jsonOf(data) as JsonObject
  return { text: JSON.stringify(text, undefined, 2), data: json, hasOwnShape: true }
}

function done(message: string): ToolAnswer {
  return { text: message, data: { success: true, message }, hasOwnShape: true }
}
