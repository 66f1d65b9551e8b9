import type { ContextContent, DraftOperation } from '@hcfs/core'
import fc from 'fast-check'
import { writerTag } from '../../src/document/ids.ts'
import type { NaiveChange, NaiveEvent } from './naive-merge.ts'
import type { Message } from './network-replica.ts'
import { NetworkReplica } from './network-replica.ts'

/** What happens next: somebody writes, or a message that is under way meets its fate. */
export type Step =
  | { readonly kind: 'write'; readonly replica: number; readonly change: ChangeSeed }
  | { readonly kind: 'deliver' | 'lose' | 'duplicate'; readonly pick: number }

interface ChangeSeed {
  readonly kind: NaiveChange['kind']
  readonly name: string
  readonly value: number
  readonly at: number
}

const change: fc.Arbitrary<ChangeSeed> = fc.record({
  kind: fc.constantFrom<NaiveChange['kind'][]>(
    'insert-line',
    'insert-line',
    'delete-line',
    'add-tag',
    'remove-tag',
    'set-field',
    'remove-field'
  ),
  name: fc.constantFrom('a', 'b', 'c'),
  value: fc.nat(9),
  at: fc.nat()
})

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('write' as const), replica: fc.nat(4), change }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('deliver' as const), pick: fc.nat() }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constantFrom('lose' as const, 'duplicate' as const), pick: fc.nat() })
    }
  ),
  { minLength: 1, maxLength: 60 }
)

/** Replicas, and messages on their way between them in no order. */
export class RandomNetwork {
  readonly replicas: readonly NetworkReplica[]
  readonly events: NaiveEvent[] = []
  readonly #underWay: { to: number; message: Message }[] = []
  #lineCount = 0

  constructor(replicaCount: number) {
    this.replicas = Array.from({ length: replicaCount }, (_, index) => new NetworkReplica(index + 1))
  }

  run(step: Step): void {
    if (step.kind === 'write') this.#write(step.replica % this.replicas.length, step.change)
    else this.#meetFate(step)
  }

  #meetFate(step: Exclude<Step, { kind: 'write' }>): void {
    const index = this.#underWay.length === 0 ? -1 : step.pick % this.#underWay.length
    const sent = this.#underWay[index]
    if (sent === undefined) return
    if (step.kind === 'duplicate') this.#underWay.push(sent)
    else this.#underWay.splice(index, 1)
    if (step.kind === 'deliver') this.replicas[sent.to]!.receive(sent.message)
  }

  /** Every replica offers everything it has to every other one, the newest first. */
  reconcile(): void {
    for (const from of this.replicas) {
      for (const message of [...from.messages.values()].reverse()) {
        for (const to of this.replicas) to.receive(message)
      }
    }
  }

  #write(index: number, seed: ChangeSeed): void {
    const replica = this.replicas[index]!
    const planned = this.#plan(seed, replica.document.content)
    if (planned === undefined) return
    const seen = replica.seen
    const hlc = replica.nextHlc()
    const message = replica.write(planned.operations)
    if (message === undefined) return
    this.events.push({ id: message.id, seen, hlc, writer: writerTag(replica.writer), change: planned.change })
    for (const to of this.replicas.keys()) if (to !== index) this.#underWay.push({ to, message })
  }

  #plan(
    { kind, name, value, at }: ChangeSeed,
    { body }: ContextContent
  ): { change: NaiveChange; operations: DraftOperation[] } | undefined {
    switch (kind) {
      case 'insert-line': {
        this.#lineCount += 1
        const line = `line ${this.#lineCount}`
        return {
          change: { kind, line },
          operations: [{ kind: 'body.insert', at: lineStart(body, at), text: `${line}\n` }]
        }
      }
      case 'delete-line': {
        const start = lineStart(body, at)
        const line = body.slice(start, body.indexOf('\n', start))
        if (line === '') return undefined
        return { change: { kind, line }, operations: [{ kind: 'body.delete', at: start, length: line.length + 1 }] }
      }
      case 'add-tag':
        return { change: { kind, tag: name }, operations: [{ kind: 'tag.add', tag: name }] }
      case 'remove-tag':
        return { change: { kind, tag: name }, operations: [{ kind: 'tag.remove', tag: name }] }
      case 'set-field':
        return { change: { kind, key: name, value }, operations: [{ kind: 'field.set', keys: [name], value }] }
      case 'remove-field':
        return { change: { kind, key: name }, operations: [{ kind: 'field.remove', keys: [name] }] }
    }
  }
}

/** Where some line begins, or the end of the text. */
function lineStart(body: string, at: number): number {
  const lines = body.split('\n')
  return lines
    .slice(0, at % lines.length)
    .map((line) => line.length + 1)
    .reduce((sum, length) => sum + length, 0)
}
