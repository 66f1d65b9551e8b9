import type { CommitId, ContextPath, DeviceId, DocId } from '@hcfs/core'
import { EMPTY_CONTENT, parsePath } from '@hcfs/core'
import { documentIdOf } from '@hcfs/crdt'
import type { ChangedContexts, ChangedContextsOptions } from '../../src/indexing/changed-contexts.ts'
import type { IndexChanges, IndexSink } from '../../src/indexing/index-sink.ts'
import { ChangeSignal } from '../../src/replica/change-signal.ts'
import type { ContextRow } from '../../src/replica/context-row.ts'

const ROOT = parsePath('/')
const AUTHOR = '00'.repeat(32) as DeviceId

/** A log of writes and removals, one commit each, and the rows that follow from it. */
export class FakeContexts {
  readonly changes = new ChangeSignal(0)
  readonly #log: ContextPath[] = []
  readonly #rows = new Map<ContextPath, ContextRow>()

  write(path: string, body: string): void {
    this.#append(parsePath(path), { body, hidden: false })
  }

  remove(path: string): void {
    this.#append(parsePath(path), { body: '', hidden: true })
  }

  /** Without an entry in the log. */
  replace(path: string, body: string): void {
    const row = this.#rows.get(parsePath(path))!
    this.#rows.set(row.path, { ...row, content: { ...row.content, body } })
  }

  readonly rowOf = (path: ContextPath): ContextRow | undefined => this.#rows.get(path)

  readonly documentIdOf = (path: ContextPath): DocId => documentIdOf(ROOT, path)
  readonly documentIdsOf = (path: ContextPath): DocId[] => [this.documentIdOf(path)]

  readonly changed = async function* (
    this: FakeContexts,
    { after, upTo, contextsMax }: ChangedContextsOptions
  ): AsyncGenerator<ChangedContexts> {
    for (let position = after; position < upTo; position += contextsMax) {
      const end = Math.min(position + contextsMax, upTo)
      yield { paths: new Set(this.#log.slice(position, end)), position: end }
    }
  }.bind(this)

  #append(path: ContextPath, { body, hidden }: { body: string; hidden: boolean }): void {
    const commit = String(this.#log.length + 1).padStart(64, '0') as CommitId
    this.#log.push(path)
    this.#rows.set(path, {
      path,
      docId: this.documentIdOf(path),
      content: { ...EMPTY_CONTENT, body },
      heads: [commit],
      hiddenBy: hidden ? [{ commit, reason: 'removed' }] : [],
      hlc: this.#log.length as ContextRow['hlc'],
      author: AUTHOR,
      sinceCheckpoint: { entries: 1, bytes: 1, stateBytes: 1 },
      entryCount: 1,
      historyBytes: 1
    })
    this.changes.advance(this.#log.length)
  }
}

/** An index that holds bodies by path, loses what was not applied, and fails when told to. */
export class FakeSink implements IndexSink {
  readonly bodies = new Map<DocId, string>()
  readonly batches: IndexChanges[] = []
  position = 0
  opened = 0
  isClosed = false
  /** Thrown by the calls to come, one each. */
  readonly failures: Error[] = []

  async open(): Promise<number> {
    this.opened += 1
    this.#failIfTold()
    return this.position
  }

  async apply(changes: IndexChanges): Promise<void> {
    this.#failIfTold()
    for (const { docId, content } of changes.contexts) this.bodies.set(docId, content.body)
    for (const docId of changes.removed) this.bodies.delete(docId)
    this.batches.push(changes)
    this.position = changes.position
  }

  async close(): Promise<void> {
    this.isClosed = true
  }

  #failIfTold(): void {
    const failure = this.failures.shift()
    if (failure !== undefined) throw failure
  }
}
