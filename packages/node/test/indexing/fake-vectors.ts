import type { ChangesPage, VectorChanges } from '../../src/indexing/vector-changes.ts'
import type { VectorSink, VectorSource } from '../../src/indexing/vector-follower.ts'

interface Change {
  readonly label: number
  readonly kind: 'added' | 'removed'
}

/** A vector of the label alone: what is found under a label must be its own. */
function vectorOf(label: number): number {
  return label * 10
}

/** Chunks by label, the vectors they got, and the log of both. */
export class FakeVectorSource implements VectorSource {
  readonly embedded = new Set<number>()
  readonly log: Change[] = []
  forgottenUpTo = 0
  /** Thrown by the embeddings to come, one each. */
  readonly embedFailures: Error[] = []
  embedCalls = 0
  #pending: number[] = []

  write(...labels: readonly number[]): void {
    this.#pending.push(...labels)
  }

  remove(label: number): void {
    this.#pending = this.#pending.filter((pending) => pending !== label)
    this.embedded.delete(label)
    this.log.push({ label, kind: 'removed' })
  }

  async embedPending(): Promise<boolean> {
    this.embedCalls += 1
    const failure = this.embedFailures.shift()
    if (failure !== undefined) throw failure
    const label = this.#pending.shift()
    if (label === undefined) return false
    this.embedded.add(label)
    this.log.push({ label, kind: 'added' })
    return this.#pending.length > 0
  }

  async vectorChanges({ after, limit }: ChangesPage): Promise<VectorChanges | undefined> {
    if (after < this.forgottenUpTo) return undefined
    const changes = this.log.slice(after, after + limit)
    const removed = changes.filter(({ kind }) => kind === 'removed').map(({ label }) => label)
    const added = changes.map(({ label }) => label).filter((label) => this.embedded.has(label))
    return { ...page(added), removed: Uint32Array.from(removed), sequence: after + changes.length, hasMore: false }
  }

  async vectorPage({ after, limit }: ChangesPage): Promise<VectorChanges> {
    const labels = [...this.embedded].filter((label) => label > after).sort((a, b) => a - b)
    const added = labels.slice(0, limit)
    return {
      ...page(added),
      removed: new Uint32Array(),
      sequence: added.at(-1) ?? after,
      hasMore: added.length < labels.length
    }
  }

  async changeSequence(): Promise<number> {
    return this.log.length
  }

  async forgetChanges(upTo: number): Promise<void> {
    this.forgottenUpTo = upTo
  }
}

/** A vector index that keeps what was saved when it is closed, and nothing else. */
export class FakeVectorSink implements VectorSink {
  readonly held = new Map<number, number>()
  saved: { readonly sequence: number; readonly held: ReadonlyMap<number, number> } | undefined
  stepsLeft = 0
  opened = 0
  isClosed = false
  /** Thrown by the additions to come, one each. */
  readonly failures: Error[] = []

  async open(): Promise<number | undefined> {
    this.opened += 1
    this.#fill(this.saved?.held ?? new Map())
    return this.saved?.sequence
  }

  async openEmpty(): Promise<void> {
    this.saved = undefined
    this.#fill(new Map())
  }

  async add(labels: Uint32Array, vectors: Float32Array): Promise<void> {
    const failure = this.failures.shift()
    if (failure !== undefined) throw failure
    for (const [index, label] of labels.entries()) this.held.set(label, vectors[index] ?? Number.NaN)
  }

  async remove(labels: Uint32Array): Promise<void> {
    for (const label of labels) this.held.delete(label)
  }

  async step(): Promise<number> {
    this.stepsLeft = Math.max(0, this.stepsLeft - 1)
    return this.stepsLeft
  }

  async save(sequence: number): Promise<void> {
    this.saved = { sequence, held: new Map(this.held) }
  }

  async close(): Promise<void> {
    this.isClosed = true
    this.held.clear()
  }

  #fill(held: ReadonlyMap<number, number>): void {
    this.isClosed = false
    this.held.clear()
    for (const [label, vector] of held) this.held.set(label, vector)
  }
}

function page(labels: readonly number[]): Pick<VectorChanges, 'added' | 'vectors'> {
  return { added: Uint32Array.from(labels), vectors: Float32Array.from(labels, vectorOf) }
}

/** What an index that missed nothing holds of a source. */
export function expectedOf({ embedded }: FakeVectorSource): ReadonlyMap<number, number> {
  return new Map([...embedded].map((label) => [label, vectorOf(label)]))
}
