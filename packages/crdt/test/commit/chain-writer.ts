import type { CommitId, ContextPath } from '@hcfs/core'
import { hybridTime, parsePath } from '@hcfs/core'
import type { Commit, CommitEntry } from '../../src/commit/commit.ts'
import type { DeviceKey } from '../../src/commit/device-key.ts'
import { describePayload } from '../../src/commit/payload.ts'
import type { CommitDraft } from '../../src/commit/sign-commit.ts'
import { prepareEntry, signCommit } from '../../src/commit/sign-commit.ts'
import { ada, NETWORK } from './sample-commits.ts'
import { GRANTS, ROOT } from './test-policy.ts'

export const PAYLOAD = Uint8Array.of(1)
export const NOTE = parsePath('/note')
export const OTHER = parsePath('/other')

const START = 1_790_000_000_000_000

/** Writes commits one after another as an honest device does, except for what it is told to do otherwise. */
export class ChainWriter {
  readonly #key: DeviceKey
  #last: Commit | undefined

  constructor(key: DeviceKey, last?: Commit) {
    this.#key = key
    this.#last = last
  }

  /** A device with the same key that knows nothing of what this one writes from now on, like a copied directory. */
  copy(): ChainWriter {
    return new ChainWriter(this.#key, this.#last)
  }

  /** One context, after the commits given. */
  write(
    parents: readonly Commit[] = [],
    entry: Partial<CommitEntry> = {},
    header: Partial<CommitDraft['header']> = {}
  ): Commit {
    return this.writeAll([this.entry(NOTE, parents, entry)], header, parents)
  }

  writeAll(
    entries: readonly CommitEntry[],
    header: Partial<CommitDraft['header']> = {},
    parents: readonly Commit[] = []
  ): Commit {
    const last = this.#last?.header
    const place = last === undefined ? { seq: 1 } : { seq: last.seq + 1, prev: this.#last!.id }
    const latest = Math.max(START, last?.hlc ?? 0, ...parents.map((parent) => parent.header.hlc))
    const epoch = Math.max(1, last?.epoch ?? 0, ...parents.map((parent) => parent.header.epoch))
    this.#last = signCommit(
      {
        header: {
          network: NETWORK,
          space: ROOT,
          incarnation: 0,
          ...place,
          epoch,
          hlc: hybridTime(latest + 1),
          ...header
        },
        entries: entries.map(prepareEntry)
      },
      this.#key
    )
    return this.#last
  }

  entry(path: ContextPath, parents: readonly Commit[], overrides: Partial<CommitEntry> = {}): CommitEntry {
    const deps: CommitId[] = parents.map(({ id }) => id)
    const grant = this.#key === ada ? GRANTS.ada : GRANTS.bob
    return { path, kind: 'update', grant, deps, clients: [], ...describePayload(PAYLOAD), ...overrides }
  }
}
