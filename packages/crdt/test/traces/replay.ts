import type { DocId, DraftOperation } from '@hcfs/core'
import { deviceId, docId, hybridTime } from '@hcfs/core'
import type { ClientRange } from '../../src/document/client-range.ts'
import { ContextDocument } from '../../src/document/context-document.ts'
import { applyValidated } from '../../src/validation/apply-validated.ts'
import type { Patch, Trace } from './trace.ts'

interface Written {
  readonly payload: Uint8Array
  readonly clients: readonly ClientRange[]
  readonly agent: number
  readonly base: ReadonlyMap<number, number>
}

const DOC: DocId = docId('7a'.repeat(32))
const SURROGATE = /[\ud800-\udfff]/

/** Replays a trace with one replica an agent, handing over what each transaction's parents demand and no more. */
export class TraceReplay {
  readonly documents: readonly ContextDocument[]
  readonly #trace: Trace
  readonly #written: (Written | undefined)[] = []
  readonly #held: readonly Set<number>[]

  constructor(trace: Trace) {
    this.#trace = trace
    this.documents = Array.from({ length: trace.agentCount }, () => ContextDocument.empty(DOC))
    this.#held = Array.from({ length: trace.agentCount }, () => new Set<number>())
  }

  /** Replays everything, then hands everything to everybody. */
  run(): void {
    for (const number of this.#trace.transactions.keys()) this.#replay(number)
    for (const agent of this.documents.keys()) {
      for (const number of this.#written.keys()) this.#deliver(number, agent)
    }
  }

  #replay(number: number): void {
    const { parents = [], agent = 0, patches } = this.#trace.transactions[number]!
    for (const parent of parents) this.#deliver(parent, agent)
    const document = this.documents[agent]!
    const base = document.stateVector()
    const edit = document.edit(operationsOf(patches, document.content.body), originOf(agent, number))
    this.#written[number] = edit && { ...edit, agent, base }
    this.#held[agent]!.add(number)
  }

  /** With everything before it that the agent does not hold yet. */
  #deliver(number: number, agent: number): void {
    const missing: number[] = []
    for (const wanted = [number]; wanted.length > 0; ) {
      const next = wanted.pop()!
      if (this.#held[agent]!.has(next)) continue
      this.#held[agent]!.add(next)
      missing.push(next)
      wanted.push(...(this.#trace.transactions[next]!.parents ?? []))
    }
    for (const each of missing.sort((a, b) => a - b)) this.#apply(each, agent)
  }

  #apply(number: number, agent: number): void {
    const written = this.#written[number]
    if (written === undefined) return
    const { payload, clients, base } = written
    const { writer, hlc } = originOf(written.agent, number)
    applyValidated(this.documents[agent]!, payload, { writer, clients, base, hlc, scratchBytesMax: 0 })
  }
}

/**
 * The end of a trace depends on which of two concurrent insertions stands left.
 * Yjs decides that by client id, and these devices have ids in the order that
 * the recorded session was merged in.
 */
function originOf(agent: number, number: number) {
  return { writer: { author: deviceId(`${1 - agent}a`.repeat(32)), incarnation: agent }, hlc: hybridTime(number + 1) }
}

/** Traces count code points, drafts UTF-16 units. */
function operationsOf(patches: readonly Patch[], body: string): DraftOperation[] {
  const operations: DraftOperation[] = []
  let text = body
  for (const [at, removed, inserted] of patches) {
    const start = unitsOf(text, at)
    const length = unitsOf(text.slice(start), removed)
    if (length > 0) operations.push({ kind: 'body.delete', at: start, length })
    if (inserted !== '') operations.push({ kind: 'body.insert', at: start, text: inserted })
    text = text.slice(0, start) + inserted + text.slice(start + length)
  }
  return operations
}

function unitsOf(text: string, codePoints: number): number {
  // A text without surrogates has one unit for each code point, and most are.
  if (!SURROGATE.test(text)) return codePoints
  return [...text].slice(0, codePoints).join('').length
}
