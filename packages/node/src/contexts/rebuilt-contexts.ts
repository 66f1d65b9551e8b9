import type { ContextPath } from '@hcfs/core'
import { isPathPrefix } from '@hcfs/core'
import type { Replica } from '../replica/replica.ts'

/** The contexts at and below a path that became something else without a new entry in the log, for one who watches them. */
export class RebuiltContexts {
  readonly #paths = new Set<ContextPath>()
  readonly #stop: () => void
  #arrived = new AbortController()

  constructor(replica: Pick<Replica, 'onRebuilt'>, prefix: ContextPath) {
    this.#stop = replica.onRebuilt((paths) => {
      for (const path of paths) if (isPathPrefix(prefix, path)) this.#paths.add(path)
      if (this.#paths.size > 0) this.#arrived.abort()
    })
  }

  /** Aborted when there is something to take. */
  get arrived(): AbortSignal {
    return this.#arrived.signal
  }

  take(): ContextPath[] {
    const taken = [...this.#paths]
    this.#paths.clear()
    this.#arrived = new AbortController()
    return taken
  }

  stop(): void {
    this.#stop()
  }
}
