import type { HcfsError, Logger } from '@hcfs/core'
import { publicError } from './problem.ts'

/** Turns failures into what a caller may see, and keeps the unexpected ones for whoever runs the node. */
export class FaultLog {
  readonly #log: Logger

  constructor(log: Logger) {
    this.#log = log
  }

  /** `route` is the pattern, never the path: what contexts are called does not belong into a log. */
  seen(error: unknown, route: string): HcfsError {
    const shown = publicError(error)
    if (shown.code === 'INTERNAL') this.#log.error('request-failed', { route, error })
    return shown
  }
}
