import { HcfsError } from '@hcfs/core'
import { BrokenInvariant } from '../broken-invariant.ts'
import type { Life } from '../machine/machine.ts'
import type { Tally } from '../tally.ts'
import type { Trace } from '../trace.ts'
import { short } from '../trace.ts'
import type { Change } from './change.ts'
import { describeChange, isKept } from './change.ts'
import type { Ledger } from './ledger.ts'

export interface ClientComponents {
  trace: Trace
  tally: Tally
  ledger: Ledger
  onBroken: (error: unknown) => void
}

interface Answer {
  readonly path: string
  readonly commit?: string
  readonly token: string
  readonly durable: 'disk' | 'buffered'
}

/** What a caller may be told instead of an answer. Anything else is a bug. */
const REFUSALS: readonly RegExp[] = [
  /^STOR/,
  /^(?:NODE_NOT_RUNNING|OPERATION_ABORTED|WRITE_QUEUE_FULL|CLOCK_AHEAD|NOT_CAUGHT_UP)$/,
  /^(?:CONTEXT_NOT_FOUND|CONTEXT_EXISTS|VERSION_CONFLICT|VERSION_GONE)$/
]

/** Asks nodes to change contexts, and remembers what they acknowledged. */
export class Client {
  readonly #components: ClientComponents

  constructor(components: ClientComponents) {
    this.#components = components
  }

  /** Returns at once. A node that dies never answers. */
  ask(life: Life, change: Change): void {
    const { trace, tally, onBroken } = this.#components
    const name = life.machine.name
    trace.add(`${name} ${describeChange(change)}`)
    this.#ask(life, change).catch((error: unknown) => {
      if (life.machine.life !== life) return
      if (!isRefusal(error)) return onBroken(error)
      tally.count('refused')
      trace.add(`${name} ${describeChange(change)}: ${error.code}`)
    })
  }

  async #ask(life: Life, change: Change): Promise<void> {
    const answers = await perform(life, change)
    // A node that died meanwhile has told nobody.
    if (life.ended.aborted) return
    const { trace, tally, ledger } = this.#components
    for (const answer of answers) {
      tally.count('acks')
      trace.add(
        `${life.machine.name} ${change.kind} ${answer.path}: ${answer.commit ? short(answer.commit) : 'as it was'}`
      )
      ledger.acknowledge(life, { ...answer, ...wordOf(change) })
    }
    if (change.kind === 'append') await expectOwnWrite(life, change, answers[0]!)
  }
}

async function perform({ node: { contexts }, clock }: Life, change: Change): Promise<Answer[]> {
  switch (change.kind) {
    case 'create':
      return [await contexts.put(change.path, { body: `${change.word}\n` }, { ifAbsent: true })]
    case 'append':
      return [await contexts.edit(change.path, (draft) => draft.body.append(`${change.word}\n`))]
    case 'insert':
      return [await contexts.edit(change.path, (draft) => draft.body.insert(0, `${change.word}\n`))]
    case 'mark':
      return [await contexts.edit(change.path, (draft) => void draft.tags.add(change.word))]
    case 'put':
      return [await contexts.put(change.path, { body: `${change.word}\n`, fields: { of: change.word }, tags: ['put'] })]
    case 'old-edit':
      return [await editOld(contexts, change)]
    case 'expire': {
      const expires = new Date(clock.now() + change.afterMs).toISOString()
      return [await contexts.put(change.path, { body: `${change.word}\n`, meta: { expires } })]
    }
    case 'batch': {
      const items = change.paths.map((path) => ({ put: { path, body: change.word } }))
      const { items: results, token } = await contexts.batch(items)
      return results.flatMap((result) => ('receipt' in result ? [{ ...result.receipt, token }] : []))
    }
    case 'remove':
      return [await contexts.remove(change.path)]
    case 'undelete':
      return [await contexts.undelete(change.path)]
    case 'move':
      return [await contexts.move(change.path, change.to)]
  }
}

async function editOld(
  contexts: Life['node']['contexts'],
  { path, word, pick }: Extract<Change, { kind: 'old-edit' }>
): Promise<Answer> {
  const versions: string[] = []
  for await (const { kind, version } of contexts.history(path)) if (kind === 'update') versions.push(version)
  const base = versions[pick % Math.max(1, versions.length)]
  return contexts.edit(path, (draft) => draft.body.append(`${word}\n`), base === undefined ? {} : { base })
}

async function expectOwnWrite(
  { node: { contexts }, ended, machine }: Life,
  { path, word }: { path: string; word: string },
  { token }: Answer
): Promise<void> {
  const { body } = await contexts.get(path, { after: token })
  if (ended.aborted || !isKept(path) || body.includes(`${word}\n`)) return
  throw new BrokenInvariant('reads-see-own-writes', `${machine.name} does not show ${word} at ${path}`)
}

function wordOf(change: Change): { word?: string; part?: 'body' | 'tags' } {
  if (!('path' in change) || !('word' in change) || !isKept(change.path)) return {}
  return { word: change.word, part: change.kind === 'mark' ? 'tags' : 'body' }
}

function isRefusal(error: unknown): error is HcfsError {
  return error instanceof HcfsError && REFUSALS.some((pattern) => pattern.test(error.code))
}
