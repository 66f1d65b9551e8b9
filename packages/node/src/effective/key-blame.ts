import type { Blame, ContextPath, DocId, EffectiveContext, EffectiveSource } from '@hcfs/core'
import type { WrittenRange } from '@hcfs/crdt'
import { rangesOfUpdate, ValueOrigins } from '@hcfs/crdt'
import { isoTimeOf } from '../contexts/iso-time.ts'
import { parseVersion } from '../contexts/write-input.ts'
import type { HistoryRow } from '../replica/context-history.ts'
import type { Replica } from '../replica/replica.ts'
import { unknownVersion } from '../replica/version-reader.ts'

export interface KeyBlameComponents {
  replica: Pick<Replica, 'docIdOf' | 'history' | 'log' | 'versions'>
}

/** Who gave the values of one context at one version. */
interface Givers {
  /** The newest change that a value is made of. */
  of(key: string): HistoryRow | undefined
}

/**
 * Finds for each value the commit that gave it. A text that several commits wrote is blamed on the
 * newest that is still a part of it. Reads the documents and the histories of all contexts on the
 * way, so it is for people who ask, not for every read.
 */
export class KeyBlame {
  readonly #replica: KeyBlameComponents['replica']

  constructor({ replica }: KeyBlameComponents) {
    this.#replica = replica
  }

  async of(context: EffectiveContext, signal?: AbortSignal): Promise<EffectiveContext> {
    const givers = new Map<ContextPath, Givers>()
    for (const source of context.chain) givers.set(source.path, await this.#giversIn(source, signal))
    const sourceFor = (source: EffectiveSource, key: string) => this.#named(source, givers.get(source.path)?.of(key))
    const blame = Object.entries(context.blame).map(([key, each]): [string, Blame] => [
      key,
      {
        ...each,
        from: each.from.map((source) => sourceFor(source, key)),
        shadowed: each.shadowed.map((source) => sourceFor(source, key))
      }
    ])
    return { ...context, blame: Object.fromEntries(blame) }
  }

  async #giversIn({ path, version }: EffectiveSource, signal: AbortSignal | undefined): Promise<Givers> {
    const { versions } = this.#replica
    const docId = this.#replica.docIdOf(path)
    const options = signal === undefined ? {} : { signal }
    const entries = await versions.entriesOfHeads(docId, parseVersion(version), options)
    if (entries === undefined) throw unknownVersion()
    const origins = new ValueOrigins(await versions.document(docId, entries))
    const written = await this.#writtenIn(docId, signal)
    return { of: (key) => newestOf(origins.of(key), written) }
  }

  async #writtenIn(docId: DocId, signal: AbortSignal | undefined): Promise<WrittenIndex> {
    const written = new WrittenIndex()
    for await (const row of this.#replica.history.rows(docId, { ...(signal && { signal }) })) {
      const { payload } = this.#replica.log.entry(row)
      if (payload.byteLength > 0) for (const range of rangesOfUpdate(payload)) written.add(range, row)
    }
    return written
  }

  #named(source: EffectiveSource, row: HistoryRow | undefined): EffectiveSource {
    if (row === undefined) return source
    const { header } = this.#replica.log.header(row.position)
    const { by } = this.#replica.log.entry(row).entry
    const { by: _, ...rest } = source
    return {
      ...rest,
      author: header.author,
      ...(by && { by }),
      updatedAt: isoTimeOf(row.hlc),
      commit: row.commit
    }
  }
}

interface Written extends WrittenRange {
  readonly row: HistoryRow
}

/** Which entry wrote which operations. */
class WrittenIndex {
  readonly #byClient = new Map<number, Map<number, Written>>()

  /** The same first body may come from two machines: the one that was earlier gave it. */
  add({ client, clock, length }: WrittenRange, row: HistoryRow): void {
    const ranges = this.#byClient.get(client) ?? new Map<number, Written>()
    const known = ranges.get(clock)
    if (known === undefined || isEarlier(row, known.row)) ranges.set(clock, { client, clock, length, row })
    this.#byClient.set(client, ranges)
  }

  *touching({ client, clock, length }: WrittenRange): Generator<HistoryRow> {
    for (const each of this.#byClient.get(client)?.values() ?? []) {
      if (each.clock < clock + length && clock < each.clock + each.length) yield each.row
    }
  }
}

function newestOf(ranges: readonly WrittenRange[], written: WrittenIndex): HistoryRow | undefined {
  let newest: HistoryRow | undefined
  for (const range of ranges) {
    for (const row of written.touching(range)) if (newest === undefined || isEarlier(newest, row)) newest = row
  }
  return newest
}

function isEarlier(left: HistoryRow, right: HistoryRow): boolean {
  return left.hlc < right.hlc || (left.hlc === right.hlc && left.commit < right.commit)
}
