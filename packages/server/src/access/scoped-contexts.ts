import type {
  BatchItem,
  BatchOptions,
  BatchReceipt,
  By,
  CallOptions,
  ContentDiff,
  Context,
  ContextParts,
  ContextStatus,
  Draft,
  DraftOperation,
  EditOptions,
  EffectiveContext,
  HistoryEntry,
  HistoryOptions,
  JsonObject,
  ListEntry,
  ListOptions,
  PutOptions,
  ReadOptions,
  Receipt,
  ResolveOptions,
  SubtreeOptions,
  SubtreeReceipt,
  TrashEntry,
  Version,
  WatchedChange,
  WatchOptions,
  WriteOptions
} from '@hcfs/core'
import { hasErrorCode, parsePath, ROOT_PATH } from '@hcfs/core'
import type { ServedContexts } from '../served-node.ts'
import type { Access } from './access.ts'
import { assertMay } from './access.ts'

/**
 * The contexts of a node as one credential may use them. Every method checks its
 * paths before the node is asked; what lies outside is refused in the same way whether it is there or not.
 */
export class ScopedContexts implements ServedContexts {
  readonly #contexts: ServedContexts
  readonly #access: Access

  constructor({ contexts }: { contexts: ServedContexts }, access: Access) {
    this.#contexts = contexts
    this.#access = access
  }

  async put(path: string, parts: ContextParts, options?: PutOptions): Promise<Receipt> {
    this.#write(path)
    return this.#contexts.put(path, parts, this.#named(options))
  }

  async edit(path: string, change: (draft: Draft) => void, options?: EditOptions): Promise<Receipt> {
    this.#write(path)
    return this.#contexts.edit(path, change, this.#named(options))
  }

  async editRecorded(path: string, operations: readonly DraftOperation[], options?: EditOptions): Promise<Receipt> {
    this.#write(path)
    return this.#contexts.editRecorded(path, operations, this.#named(options))
  }

  async get<Fields extends JsonObject = JsonObject>(path: string, options?: ReadOptions): Promise<Context<Fields>> {
    this.#read(path)
    return this.#contexts.get<Fields>(path, options)
  }

  /** As if nothing stood above the subtree of the credential: what its holder may not read it does not inherit. */
  async resolve<Fields extends JsonObject = JsonObject>(
    path: string,
    options: ResolveOptions = {}
  ): Promise<EffectiveContext<Fields>> {
    this.#read(path)
    const { top = this.#access.under } = options
    this.#read(top)
    return this.#contexts.resolve<Fields>(path, { ...options, top })
  }

  async status(path: string, options?: CallOptions): Promise<ContextStatus> {
    this.#read(path)
    return this.#contexts.status(path, options)
  }

  list(path: string, options?: ListOptions): AsyncIterable<ListEntry> {
    this.#read(path)
    return this.#contexts.list(path, options)
  }

  history(path: string, options?: HistoryOptions): AsyncIterable<HistoryEntry> {
    this.#read(path)
    return this.#contexts.history(path, options)
  }

  async diff(path: string, from: Version | Date, to?: Version | Date): Promise<ContentDiff> {
    this.#read(path)
    return this.#contexts.diff(path, from, to)
  }

  async restore(path: string, version: Version | Date, options?: WriteOptions): Promise<Receipt> {
    this.#write(path)
    return this.#contexts.restore(path, version, this.#named(options))
  }

  async remove(path: string, options?: SubtreeOptions): Promise<SubtreeReceipt> {
    this.#write(path)
    return this.#contexts.remove(path, this.#named(options))
  }

  async undelete(path: string, options?: SubtreeOptions): Promise<SubtreeReceipt> {
    this.#write(path)
    return this.#contexts.undelete(path, this.#named(options))
  }

  trash(path = '/', options?: CallOptions): AsyncIterable<TrashEntry> {
    this.#read(path)
    return this.#contexts.trash(path, options)
  }

  async move(from: string, to: string, options?: SubtreeOptions): Promise<SubtreeReceipt> {
    this.#write(from)
    this.#write(to)
    return this.#contexts.move(from, to, this.#named(options))
  }

  async copy(from: string, to: string, options?: SubtreeOptions): Promise<SubtreeReceipt> {
    this.#read(from)
    this.#write(to)
    return this.#contexts.copy(from, to, this.#named(options))
  }

  /** One path outside refuses the whole batch, also one that is not atomic. */
  async batch(items: readonly BatchItem[], options?: BatchOptions): Promise<BatchReceipt> {
    assertMay(this.#access, 'write', this.#access.under)
    for (const item of items) if (isPath(pathIn(item))) this.#write(pathIn(item))
    return this.#contexts.batch(items, this.#named(options))
  }

  watch(path: string, options?: WatchOptions): AsyncIterable<WatchedChange> {
    this.#read(path)
    // What a path amounts to is made of everything above it too, and changes there are told.
    if (options?.effective === true) this.#read(ROOT_PATH)
    return this.#contexts.watch(path, options)
  }

  feedPosition(): number {
    return this.#contexts.feedPosition()
  }

  #read(path: string): void {
    assertMay(this.#access, 'read', path)
  }

  #write(path: string): void {
    assertMay(this.#access, 'write', path)
  }

  /** What is written shows the name of the key, unless the caller says which of its agents it was. */
  #named<Options extends { readonly by?: By }>(options: Options | undefined): Options & { readonly by?: By }
  #named(options: { readonly by?: By } = {}): { readonly by?: By } {
    const { agent } = this.#access
    return agent === undefined ? options : { ...options, by: { agent, ...options.by } }
  }
}

/** What is no path reaches nothing; the node refuses that item, and may take the others. */
function isPath(path: string): boolean {
  try {
    parsePath(path)
    return true
  } catch (error) {
    if (hasErrorCode(error, 'PATH_INVALID')) return false
    throw error
  }
}

function pathIn(item: BatchItem): string {
  if ('put' in item) return item.put.path
  return 'edit' in item ? item.edit.path : item.remove.path
}
