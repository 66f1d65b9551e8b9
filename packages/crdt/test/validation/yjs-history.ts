import type { JsonValue } from '@hcfs/core'
import { hybridTime, isStoredLeaf } from '@hcfs/core'
import fc from 'fast-check'
import * as Y from 'yjs'
import { ownedKey } from '../../src/document/owned-key.ts'
import { storedRegister } from '../../src/document/register.ts'

/** One step of one replica of a plain Yjs document that has the shape of a context. */
export type Step = { readonly replica: number } & (
  | { readonly kind: 'insert'; readonly at: number; readonly text: string }
  | { readonly kind: 'delete'; readonly at: number; readonly length: number }
  | { readonly kind: 'set'; readonly name: number; readonly value: JsonValue; readonly times: number }
  | { readonly kind: 'tag'; readonly name: number }
  | { readonly kind: 'clear'; readonly name: number }
  | { readonly kind: 'receive'; readonly from: number }
  | { readonly kind: 'together'; readonly steps: readonly Step[] }
)

export const REPLICAS = 3

const replica = fc.nat(REPLICAS - 1)
const name = fc.nat(3)
const text = fc.oneof(fc.string({ minLength: 1, maxLength: 5, unit: 'binary' }), fc.constant('a long text '.repeat(30)))

/** Leaves: objects occur in lists only. */
const value = fc
  .oneof(fc.jsonValue({ maxDepth: 0 }), fc.array(fc.jsonValue({ maxDepth: 3 })))
  .filter((leaf) => isStoredLeaf(leaf, 1))
  .map((leaf) => leaf as JsonValue)

const simpleStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('insert' as const), replica, at: fc.nat(), text }),
  fc.record({ kind: fc.constant('delete' as const), replica, at: fc.nat(), length: fc.integer({ min: 1, max: 6 }) }),
  fc.record({
    kind: fc.constant('set' as const),
    replica,
    name,
    value,
    times: fc.integer({ min: 1, max: 3 })
  }),
  fc.record({ kind: fc.constant('tag' as const), replica, name }),
  fc.record({ kind: fc.constant('clear' as const), replica, name }),
  fc.record({ kind: fc.constant('receive' as const), replica, from: replica })
)

/** What several replicas do to a document, and send each other. */
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: simpleStep },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('together' as const),
        replica,
        steps: fc.array(simpleStep, { minLength: 2, maxLength: 6 })
      })
    }
  ),
  { maxLength: 25 }
)

/** Plays steps on replicas of a document; returns the replicas and every update that one of them made. */
export function play(history: readonly Step[]): { replicas: Y.Doc[]; updates: Uint8Array[] } {
  const updates: Uint8Array[] = []
  const replicas = Array.from({ length: REPLICAS }, (_, index) => {
    const document = new Y.Doc({ guid: 'history' })
    document.clientID = 2 ** 40 + index
    document.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'received') updates.push(update)
    })
    return document
  })
  for (const step of history) replicas[step.replica]!.transact(() => playStep(replicas, step, step.replica))
  return { replicas, updates }
}

function playStep(replicas: readonly Y.Doc[], step: Step, replica: number): void {
  const document = replicas[replica]!
  if (step.kind === 'insert' || step.kind === 'delete') editBody(document.getText('body'), step)
  else if (step.kind === 'set') setField(document.getMap('fields'), keyOf(`/field-${step.name}`, replica), step)
  else if (step.kind === 'tag') document.getMap('tags').set(keyOf(`tag-${step.name}`, replica), true)
  else if (step.kind === 'clear') clearField(document.getMap('fields'), `/field-${step.name}`)
  else if (step.kind === 'receive') Y.applyUpdate(document, Y.encodeStateAsUpdate(replicas[step.from]!), 'received')
  else for (const each of step.steps) if (each.kind !== 'receive') playStep(replicas, each, replica)
}

function editBody(body: Y.Text, step: Step & { kind: 'insert' | 'delete' }): void {
  const at = step.at % (body.length + 1)
  if (step.kind === 'insert') body.insert(at, step.text)
  else body.delete(at, Math.min(step.length, body.length - at))
}

/** Several times in one step: all but the last are deleted before anybody sees them. */
function setField(fields: Y.Map<unknown>, key: string, { value, times }: Step & { kind: 'set' }): void {
  for (let time = 0; time < times; time += 1) fields.set(key, storedRegister(hybridTime(2 ** 50 + time), value))
}

function clearField(fields: Y.Map<unknown>, pointer: string): void {
  for (const key of [...fields.keys()]) if (key.startsWith(pointer)) fields.delete(key)
}

function keyOf(name: string, replica: number): string {
  return ownedKey(name, { tag: `writer-number--${replica}-`, session: 0 })
}
