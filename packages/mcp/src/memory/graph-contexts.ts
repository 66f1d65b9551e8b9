import type { BatchItem, Context, Draft, JsonObject, JsonValue } from '@hcfs/core'
import type { Entity, Relation } from './graph.ts'
import { entityPath, keyOf, relationPath } from './graph-paths.ts'

/** A relation or entity with the moment it was made, by which a graph is ordered. */
export interface Dated<Value> {
  readonly value: Value
  readonly at: number
}

/** A new context for an entity; each observation is a field of its own, so that writers never meet. */
export function entityItem({ name, entityType, observations }: Entity, at: number): BatchItem {
  const fields: JsonObject = { name, entityType, at, observations: observationFields(observations, at) }
  const meta = { title: name, kind: 'entity' }
  return { put: { path: entityPath(name), fields, meta, ifAbsent: true, replace: true } }
}

export function relationItem(relation: Relation, at: number): BatchItem {
  const { from, to, relationType } = relation
  const meta = { title: `${from} ${relationType} ${to}`, kind: 'relation' }
  return {
    put: { path: relationPath(relation), fields: { from, to, relationType, at }, meta, ifAbsent: true, replace: true }
  }
}

export function entityOf({ fields }: Pick<Context, 'fields'>): Dated<Entity> | undefined {
  const { name, entityType, at, observations } = fields
  if (typeof name !== 'string' || typeof entityType !== 'string') return undefined
  return { value: { name, entityType, observations: observationTexts(observations) }, at: numberOf(at) }
}

export function relationOf({ fields }: Pick<Context, 'fields'>): Dated<Relation> | undefined {
  const { from, to, relationType, at } = fields
  if (typeof from !== 'string' || typeof to !== 'string' || typeof relationType !== 'string') return undefined
  return { value: { from, to, relationType }, at: numberOf(at) }
}

/** Adds what is not there yet, and returns it. */
export function addObservations(draft: Draft, texts: readonly string[], at: number): string[] {
  const added = [...new Set(texts)].filter((text) => draft.fields.get(['observations', keyOf(text)]) === undefined)
  for (const [index, text] of added.entries()) {
    draft.fields.set(['observations', keyOf(text)], { text, at: at + index / ORDER_STEPS })
  }
  return added
}

export function removeObservations(draft: Draft, texts: readonly string[]): void {
  for (const text of new Set(texts)) {
    if (draft.fields.get(['observations', keyOf(text)]) === undefined) continue
    draft.fields.remove(['observations', keyOf(text)])
  }
}

/** Observations of one call have the same moment; fractions of it keep their order. Finer ones a double cannot hold beside a time. */
const ORDER_STEPS = 2_048

function observationFields(texts: readonly string[], at: number): JsonObject {
  return Object.fromEntries(
    [...new Set(texts)].map((text, index) => [keyOf(text), { text, at: at + index / ORDER_STEPS }])
  )
}

function observationTexts(stored: JsonValue | undefined): string[] {
  if (!isObject(stored)) return []
  return Object.values(stored)
    .filter(isObject)
    .flatMap(({ text, at }) => (typeof text === 'string' ? [{ text, at: numberOf(at) }] : []))
    .sort((left, right) => left.at - right.at || (left.text < right.text ? -1 : 1))
    .map(({ text }) => text)
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function numberOf(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : 0
}
