import type { BatchItem, By, Clock, Context, ContextsApi, Token } from '@hcfs/core'
import { HcfsError, hasErrorCode } from '@hcfs/core'
import { MCP_LIMITS } from '../mcp-limits.ts'
import { mapAtOnce } from '../tools/map-at-once.ts'
import type { Entity, KnowledgeGraph, Relation } from './graph.ts'
import type { Dated } from './graph-contexts.ts'
import {
  addObservations,
  entityItem,
  entityOf,
  relationItem,
  relationOf,
  removeObservations
} from './graph-contexts.ts'
import { ENTITIES_ROOT, entityPath, RELATIONS_ROOT, relationPath } from './graph-paths.ts'

export interface GraphStoreComponents {
  readonly contexts: ContextsApi
  readonly clock: Pick<Clock, 'now'>
  readonly by: By
  readonly signal: AbortSignal
  /** Told of every write. */
  readonly onWritten: (token: Token) => void
}

/**
 * A knowledge graph kept as contexts: one for each entity and one for each
 * relation, and in an entity one field for each observation.
 *
 * Invariant: two writers never replace the same value with different ones, so
 * that whatever processes and machines write at once, nothing of it is lost.
 */
export class GraphStore {
  readonly #components: GraphStoreComponents

  constructor(components: GraphStoreComponents) {
    this.#components = components
  }

  /** Those that were not there; the others stay as they are. */
  async createEntities(entities: readonly Entity[]): Promise<Entity[]> {
    const unique = [...new Map(entities.toReversed().map((each) => [each.name, each])).values()].toReversed()
    const isNew = await this.#createAll(unique.map((each) => entityItem(each, this.#now)))
    return unique
      .filter((_, index) => isNew[index] === true)
      .map((each) => ({ ...each, observations: [...new Set(each.observations)] }))
  }

  async createRelations(relations: readonly Relation[]): Promise<Relation[]> {
    const unique = [...new Map(relations.map((each) => [relationPath(each) as string, each])).values()]
    const isNew = await this.#createAll(unique.map((each) => relationItem(each, this.#now)))
    return unique.filter((_, index) => isNew[index] === true)
  }

  /** The observations of these that were not there. */
  async addObservations(name: string, texts: readonly string[]): Promise<string[]> {
    let added: string[] = []
    await this.#edit(name, (draft) => {
      added = addObservations(draft, texts, this.#now)
    })
    return added
  }

  /** What is not there is removed already. */
  async removeObservations(name: string, texts: readonly string[]): Promise<void> {
    try {
      await this.#edit(name, (draft) => removeObservations(draft, texts))
    } catch (error) {
      if (!hasErrorCode(error, 'CONTEXT_NOT_FOUND')) throw error
    }
  }

  /** Also the relations that touch them. */
  async removeEntities(names: readonly string[]): Promise<void> {
    const touching = await Promise.all(
      names.flatMap((name) => [this.#relationsWith('/from', name), this.#relationsWith('/to', name)])
    )
    await this.#removeAll([...names.map(entityPath), ...touching.flat()])
  }

  async removeRelations(relations: readonly Relation[]): Promise<void> {
    await this.#removeAll(relations.map(relationPath))
  }

  async read(): Promise<KnowledgeGraph> {
    const entities = await this.#readAll(ENTITIES_ROOT, entityOf)
    const relations = await this.#readAll(RELATIONS_ROOT, relationOf)
    return { entities, relations }
  }

  get #now(): number {
    return this.#components.clock.now()
  }

  async #edit(name: string, change: Parameters<ContextsApi['edit']>[1]): Promise<void> {
    const { contexts, by, signal, onWritten } = this.#components
    const { token } = await contexts.edit(entityPath(name), change, { by, signal }).catch((error: unknown) => {
      if (!hasErrorCode(error, 'CONTEXT_NOT_FOUND')) throw error
      throw new HcfsError('CONTEXT_NOT_FOUND', `Entity with name ${name} not found`, { cause: error })
    })
    onWritten(token)
  }

  /** For each item whether it was new. */
  async #createAll(items: readonly BatchItem[]): Promise<boolean[]> {
    const { contexts, by, signal, onWritten } = this.#components
    const isNew: boolean[] = []
    for (const group of groupsOf(items)) {
      const receipt = await contexts.batch(group, { atomic: false, by, signal })
      for (const item of receipt.items) {
        if ('error' in item && item.error.code !== 'VERSION_CONFLICT') throw HcfsError.fromJSON(item.error)
        isNew.push('receipt' in item)
      }
      onWritten(receipt.token)
    }
    return isNew
  }

  async #removeAll(paths: readonly string[]): Promise<void> {
    const { contexts, by, signal, onWritten } = this.#components
    for (const group of groupsOf([...new Set(paths)])) {
      const items = group.map((path) => ({ remove: { path } }))
      const receipt = await contexts.batch(items, { atomic: false, by, signal })
      for (const item of receipt.items) {
        if ('error' in item && item.error.code !== 'CONTEXT_NOT_FOUND') throw HcfsError.fromJSON(item.error)
      }
      onWritten(receipt.token)
    }
  }

  async #relationsWith(pointer: '/from' | '/to', name: string): Promise<string[]> {
    return await this.#pathsBelow(RELATIONS_ROOT, { fields: { [pointer]: name } })
  }

  async #readAll<Value>(
    root: string,
    read: (context: Pick<Context, 'fields'>) => Dated<Value> | undefined
  ): Promise<Value[]> {
    const { contexts, signal } = this.#components
    const found = await mapAtOnce(await this.#pathsBelow(root), async (path) => {
      try {
        return read(await contexts.get(path, { signal }))
      } catch (error) {
        // Removed since it was listed.
        if (hasErrorCode(error, 'CONTEXT_NOT_FOUND')) return undefined
        throw error
      }
    })
    return found
      .filter((each) => each !== undefined)
      .sort((left, right) => left.at - right.at)
      .map(({ value }) => value)
  }

  async #pathsBelow(root: string, filter: { fields?: Record<string, string> } = {}): Promise<string[]> {
    const { contexts, signal } = this.#components
    const paths: string[] = []
    for await (const { path, isContext } of contexts.list(root, { recursive: true, filter, signal })) {
      if (isContext) paths.push(path)
      if (paths.length > MCP_LIMITS.graphContextsMax) throw graphTooLarge()
    }
    return paths
  }
}

function graphTooLarge(): HcfsError {
  return new HcfsError(
    'CONTEXT_TOO_LARGE',
    `The graph has more than ${MCP_LIMITS.graphContextsMax} entities or relations; use context_search under /memory instead`
  )
}

function* groupsOf<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let at = 0; at < items.length; at += MCP_LIMITS.batchItemsMax)
    yield items.slice(at, at + MCP_LIMITS.batchItemsMax)
}
