import { HcfsError } from '../errors/hcfs-error.ts'
import type { JsonValue } from '../json.ts'
import type { Link } from './content.ts'
import type { FieldKeys } from './json-pointer.ts'

/**
 * One step of an edit, as JSON. Positions and lengths in the body count UTF-16
 * units and refer to the text as the steps before left it.
 */
export type DraftOperation =
  | { readonly kind: 'body.insert'; readonly at: number; readonly text: string }
  | { readonly kind: 'body.delete'; readonly at: number; readonly length: number }
  /** Becomes the smallest difference from the text as it is, so that concurrent edits elsewhere in it survive. */
  | { readonly kind: 'body.replace'; readonly text: string }
  | { readonly kind: 'field.set'; readonly keys: FieldKeys; readonly value: JsonValue }
  | { readonly kind: 'field.remove'; readonly keys: FieldKeys }
  | { readonly kind: 'meta.set'; readonly keys: FieldKeys; readonly value: JsonValue }
  | { readonly kind: 'meta.remove'; readonly keys: FieldKeys }
  | { readonly kind: 'tag.add'; readonly tag: string }
  | { readonly kind: 'tag.remove'; readonly tag: string }
  | { readonly kind: 'link.add'; readonly link: Link }
  | { readonly kind: 'link.remove'; readonly link: Link }

export type DraftOperationKind = DraftOperation['kind']

type Shape = Readonly<Record<string, (value: unknown) => boolean>>

const isText = (value: unknown): boolean => typeof value === 'string'
const isCount = (value: unknown): boolean => Number.isSafeInteger(value)
const isKeys = (value: unknown): boolean => Array.isArray(value) && value.every(isText)
const isAny = (): boolean => true

/** The members of each kind. What the values mean is checked where they are applied. */
const SHAPES: Readonly<Record<DraftOperationKind, Shape>> = {
  'body.insert': { at: isCount, text: isText },
  'body.delete': { at: isCount, length: isCount },
  'body.replace': { text: isText },
  'field.set': { keys: isKeys, value: isAny },
  'field.remove': { keys: isKeys },
  'meta.set': { keys: isKeys, value: isAny },
  'meta.remove': { keys: isKeys },
  'tag.add': { tag: isText },
  'tag.remove': { tag: isText },
  'link.add': { link: isAny },
  'link.remove': { link: isAny }
}

/** Reads operations that a client sent as JSON. Their values are checked when they are applied. */
export function parseDraftOperations(json: unknown): DraftOperation[] {
  if (!Array.isArray(json)) throw new HcfsError('BAD_REQUEST', 'The operations of an edit are a list')
  return json.map((operation: unknown, index) => {
    if (isDraftOperation(operation)) return operation
    throw new HcfsError(
      'BAD_REQUEST',
      `Operation ${index} is not one of ${Object.keys(SHAPES).join(', ')}, or lacks a member`,
      {
        details: { index }
      }
    )
  })
}

function isDraftOperation(value: unknown): value is DraftOperation {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false
  if (typeof value.kind !== 'string' || !Object.hasOwn(SHAPES, value.kind)) return false
  const members: Readonly<Record<string, unknown>> = { ...value }
  return Object.entries(SHAPES[value.kind as DraftOperationKind]).every(
    ([name, isRight]) => Object.hasOwn(members, name) && isRight(members[name])
  )
}
