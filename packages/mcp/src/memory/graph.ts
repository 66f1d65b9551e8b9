import { z } from 'zod'

export const entitySchema = z.object({
  name: z.string().describe('The name of the entity'),
  entityType: z.string().describe('The type of the entity'),
  observations: z.array(z.string()).describe('What is known about the entity')
})

export const relationSchema = z.object({
  from: z.string().describe('The name of the entity where the relation starts'),
  to: z.string().describe('The name of the entity where the relation ends'),
  relationType: z.string().describe('The type of the relation')
})

export type Entity = z.output<typeof entitySchema>
export type Relation = z.output<typeof relationSchema>

export interface KnowledgeGraph {
  readonly entities: readonly Entity[]
  readonly relations: readonly Relation[]
}

/** The entities of these names, and the relations that touch one of them. */
export function subgraph(graph: KnowledgeGraph, isWanted: (entity: Entity) => boolean): KnowledgeGraph {
  const entities = graph.entities.filter(isWanted)
  const names = new Set(entities.map(({ name }) => name))
  return { entities, relations: graph.relations.filter(({ from, to }) => names.has(from) || names.has(to)) }
}

/** Whether a text occurs in the name, the type or an observation. */
export function mentions({ name, entityType, observations }: Entity, query: string): boolean {
  const wanted = query.toLowerCase()
  return [name, entityType, ...observations].some((text) => text.toLowerCase().includes(wanted))
}
