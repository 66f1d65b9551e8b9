import type {
  Clock,
  ContextContent,
  ContextPart,
  ContextPath,
  DraftOperation,
  MergeReport,
  Preconditions,
  Version
} from '@hcfs/core'
import { EMPTY_CONTENT } from '@hcfs/core'
import type { ContextRow } from '../replica/context-row.ts'
import { isShown, versionOf } from '../replica/context-row.ts'
import { isExpired } from '../replica/expiry.ts'
import type { Replica, Written } from '../replica/replica.ts'
import { unknownVersion } from '../replica/version-reader.ts'
import type { EditBase, EntryDecision, WriteRequest } from '../replica/write-request.ts'
import type { Attribution } from './write-input.ts'
import { assertPreconditions, parseVersion } from './write-input.ts'
import { assertRulesReadable } from './written-rules.ts'

export interface UpdateWriterComponents {
  replica: Replica
  clock: Pick<Clock, 'now'>
}

/** An update as a caller asks for it. */
export interface UpdateIntent extends Preconditions, Attribution {
  readonly path: ContextPath
  /** The version that the caller read. Left out: the context as it is. */
  readonly base?: Version
  /** Names the other end of a move. */
  readonly about?: string
  /** Roughly what the caller's change takes in memory. @default 0 */
  readonly bytes?: number
  /** What to do, given the content that the caller's change refers to. */
  readonly operations: (state: UpdateState) => readonly DraftOperation[]
}

export interface UpdateState {
  /** That of the base; of a context that is not shown, what is hidden. */
  readonly content: ContextContent
  /** False when the update creates the context, or brings a hidden one back. */
  readonly isShown: boolean
}

export interface Updated {
  readonly written: Written
  readonly row: ContextRow | undefined
  readonly merged?: MergeReport
}

/** A base that is not the current version and was not rebuilt yet. */
class BaseNotLoaded extends Error {
  readonly row: ContextRow
  readonly base: Version

  constructor(row: ContextRow, base: Version) {
    super('The base of the update has to be rebuilt first')
    this.row = row
    this.base = base
  }
}

/** Bases that were rebuilt for one call, by path and version. */
export type LoadedBases = Map<string, EditBase>

/**
 * Writes updates against the version that the caller read. Most refer to the
 * current one; an older base is rebuilt from the log first, and the update is
 * made there and merged, so that nothing of others is undone.
 */
export class UpdateWriter {
  readonly #replica: Replica
  readonly #clock: Pick<Clock, 'now'>

  constructor({ replica, clock }: UpdateWriterComponents) {
    this.#replica = replica
    this.#clock = clock
  }

  async write(intent: UpdateIntent, signal?: AbortSignal): Promise<Updated> {
    let before: ContextRow | undefined
    const bases: LoadedBases = new Map()
    const written = await this.writeRequest(
      {
        paths: [intent.path],
        ...(intent.bytes !== undefined && { bytes: intent.bytes }),
        decide: (view) => {
          before = view.row(intent.path)
          const decision = this.decide(intent, before, bases)
          return decision === undefined ? [] : [decision]
        }
      },
      { bases, ...(signal && { signal }) }
    )
    const merged = mergeReport(intent, before, bases)
    return { written, row: written.entries[0]?.after ?? before, ...(merged && { merged }) }
  }

  /** Submits a request whose `decide` uses this writer's, rebuilding the bases that it turns out to need. */
  async writeRequest(
    request: WriteRequest,
    { bases, signal }: { bases: LoadedBases; signal?: AbortSignal }
  ): Promise<Written> {
    for (;;) {
      try {
        return await this.#replica.write(request, signal === undefined ? {} : { signal })
      } catch (error) {
        if (!(error instanceof BaseNotLoaded)) throw error
        bases.set(baseKey(error.row.path, error.base), await this.#loadBase(error.row, error.base, signal))
      }
    }
  }

  /** `undefined` when nothing has to change. */
  decide(intent: UpdateIntent, row: ContextRow | undefined, bases: LoadedBases): EntryDecision | undefined {
    const shown = row !== undefined && this.isVisible(row)
    assertPreconditions(intent.path, shown ? row : undefined, intent)
    const base = shown ? this.#baseOf(intent, row, bases) : undefined
    const content = base?.document.content ?? row?.content ?? EMPTY_CONTENT
    const operations = intent.operations({ content, isShown: shown })
    assertRulesReadable(intent.path, content, operations)
    if (operations.length === 0 && shown) return undefined
    return {
      kind: 'update',
      path: intent.path,
      operations,
      ...(base && { base }),
      ...(intent.about !== undefined && { about: intent.about }),
      ...(intent.by && { by: intent.by }),
      ...(intent.note !== undefined && { note: intent.note })
    }
  }

  isVisible(row: ContextRow): boolean {
    return isShown(row) && !isExpired(row.content, this.#clock.now())
  }

  #baseOf({ base }: UpdateIntent, row: ContextRow, bases: LoadedBases): EditBase | undefined {
    if (base === undefined || versionOf(parseVersion(base)) === versionOf(row.heads)) return undefined
    const loaded = bases.get(baseKey(row.path, base))
    if (loaded === undefined) throw new BaseNotLoaded(row, base)
    return loaded
  }

  async #loadBase(row: ContextRow, base: Version, signal?: AbortSignal): Promise<EditBase> {
    const heads = parseVersion(base)
    const { versions } = this.#replica
    const entries = await versions.entriesOfHeads(row.docId, heads, signal === undefined ? {} : { signal })
    if (entries === undefined) throw unknownVersion()
    return { heads, document: await versions.document(row.docId, entries) }
  }
}

function baseKey(path: ContextPath, base: Version): string {
  return `${path}\n${base}`
}

/** Tells the caller what others had changed since the version it read. */
function mergeReport(
  { path, base }: UpdateIntent,
  before: ContextRow | undefined,
  bases: LoadedBases
): MergeReport | undefined {
  const loaded = base === undefined ? undefined : bases.get(baseKey(path, base))
  if (base === undefined || loaded === undefined || before === undefined) return undefined
  const was = loaded.document.content
  const parts = PARTS.filter((part) => JSON.stringify(was[part]) !== JSON.stringify(before.content[part]))
  return { base, with: versionOf(before.heads), parts }
}

const PARTS: readonly ContextPart[] = ['body', 'fields', 'tags', 'links', 'meta']
