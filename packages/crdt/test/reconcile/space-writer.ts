import type { ContextPath } from '@hcfs/core'
import { hybridTime, parsePath } from '@hcfs/core'
import type { Commit } from '../../src/commit/commit.ts'
import type { DeviceKey } from '../../src/commit/device-key.ts'
import { describePayload } from '../../src/commit/payload.ts'
import { prepareEntry, signCommit } from '../../src/commit/sign-commit.ts'
import { documentIdOf } from '../../src/document/ids.ts'
import type { SyncedCommit } from '../../src/reconcile/sync-source.ts'
import { GRANT, NETWORK } from '../commit/sample-commits.ts'
import type { MemorySpace } from './memory-space.ts'

const START = 1_790_000_000_000_000
export const SPACE = parsePath('/team')

/** Writes into a replica as an honest device does: after everything of the context that the replica holds. */
export class SpaceWriter {
  readonly #key: DeviceKey
  #last: Commit | undefined
  #latest = START

  constructor(key: DeviceKey, last?: Commit) {
    this.#key = key
    this.#last = last
  }

  /** A second device with the same key, like a copied directory: what both write from now on is a fork. */
  copy(): SpaceWriter {
    return new SpaceWriter(this.#key, this.#last)
  }

  write(replica: MemorySpace, name: string, payload: Uint8Array = new TextEncoder().encode(name)): SyncedCommit {
    const path: ContextPath = parsePath(`${SPACE}/${name}`)
    const heads = replica.headsOf(documentIdOf(SPACE, path))
    const last = this.#last
    // Time passes for everybody alike, so that whatever was seen lies before.
    this.#latest = Math.max(this.#latest, ...replica.times()) + 1
    const place = last === undefined ? { seq: 1 } : { seq: last.header.seq + 1, prev: last.id }
    const entry = {
      path,
      kind: 'update' as const,
      grant: GRANT,
      deps: heads.map(({ id }) => id),
      clients: [],
      ...describePayload(payload)
    }
    this.#last = signCommit(
      {
        header: { network: NETWORK, space: SPACE, incarnation: 0, ...place, epoch: 1, hlc: hybridTime(this.#latest) },
        entries: [prepareEntry(entry)]
      },
      this.#key
    )
    const written = { commit: this.#last, payloads: [payload] }
    replica.add(written)
    return written
  }
}
