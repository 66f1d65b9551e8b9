import type { Receipt, Token } from '@hcfs/core'
import { HcfsError, hasErrorCode } from '@hcfs/core'
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

type Answer = Pick<Receipt, 'path' | 'commit' | 'token' | 'durable'> & Partial<Pick<Receipt, 'replicated'>>

/** What one caller that moves between nodes has seen. */
interface Session {
  token: Token
  readonly words: string[]
}

/** What a caller may be told instead of an answer. Anything else is a bug. */
const REFUSALS: readonly RegExp[] = [
  /^STOR/,
  /^(?:NODE_NOT_RUNNING|OPERATION_ABORTED|WRITE_QUEUE_FULL|CLOCK_AHEAD|NOT_CAUGHT_UP)$/,
  /^(?:CONTEXT_NOT_FOUND|CONTEXT_EXISTS|VERSION_CONFLICT|VERSION_GONE)$/,
  /^(?:NOT_REPLICATED|SPACE_NOT_REPLICATED|VOID|WRITE_NOT_GRANTED)$/
]
const COPIED_MS_MAX = 20_000
const ROAM_MS_MAX = 8_000

/** Asks nodes to change contexts, and remembers what they acknowledged. */
export class Client {
  readonly #components: ClientComponents
  readonly #sessions = new Map<string, Session>()

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
    const answers = change.kind === 'roam' ? [await this.#roam(life, change)] : await perform(life, change)
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
    if (change.kind === 'copied') await this.#expectCopies(life, change, answers[0]!)
    if (change.kind === 'roam') this.#remember(change, answers[0]!)
  }

  async #expectCopies(
    life: Life,
    { path, copies }: Extract<Change, { kind: 'copied' }>,
    { commit, replicated }: Answer
  ): Promise<void> {
    const { trace, tally, ledger } = this.#components
    if (commit === undefined || replicated === undefined) return
    const { holders } = await replicated({ copies, timeoutMs: COPIED_MS_MAX })
    if (life.ended.aborted) return
    tally.count('copied')
    trace.add(`${life.machine.name} ${path}: ${short(commit)} is on ${holders.join(' ')}`)
    ledger.noteCopies(commit, holders.length)
  }

  /** Reads on this node what the session saw on others, and goes on from there. */
  async #roam(
    { node: { contexts }, ended, machine }: Life,
    { path, word }: Extract<Change, { kind: 'roam' }>
  ): Promise<Answer> {
    const session = this.#sessions.get(path)
    if (session !== undefined) {
      const { body } = await contexts.get(path, { after: session.token, timeoutMs: ROAM_MS_MAX }).catch((error) => {
        if (hasErrorCode(error, 'VOID')) this.#sessions.delete(path)
        throw error
      })
      const lacking = session.words.find((each) => !body.includes(`${each}\n`))
      if (lacking !== undefined && !ended.aborted && !this.#components.ledger.mayVoid) {
        throw new BrokenInvariant('reads-see-own-writes', `${machine.name} does not show ${lacking}, seen before`)
      }
      this.#components.tally.count('roamed')
    }
    return contexts.edit(path, (draft) => draft.body.append(`${word}\n`))
  }

  #remember({ path, word }: Extract<Change, { kind: 'roam' }>, { token }: Answer): void {
    const session = this.#sessions.get(path) ?? { token, words: [] }
    session.token = token
    session.words.push(word)
    this.#sessions.set(path, session)
  }
}

async function perform(
  { node: { contexts }, clock }: Life,
  change: Exclude<Change, { kind: 'roam' }>
): Promise<Answer[]> {
  switch (change.kind) {
    case 'create':
      return [await contexts.put(change.path, { body: `${change.word}\n` }, { ifAbsent: true })]
    case 'append':
    case 'copied':
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
    case 'remove-tree':
      return [await contexts.remove(change.path, { recursive: true })]
    case 'move-tree':
      return [await contexts.move(change.path, change.to, { recursive: true })]
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
