import type { LogFields, Logger } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'

export interface SimulatedLoggerComponents {
  /** Takes what is worth a line of the trace. */
  readonly note: (line: string) => void
  /** Told of an error that is not one of the disk or of the end. */
  readonly onError: (error: Error) => void
}

/** What a program of a simulation logs: warnings stand in the trace, and an error of another kind than a disk's breaks the run. */
export class SimulatedLogger implements Logger {
  readonly #components: SimulatedLoggerComponents

  constructor(components: SimulatedLoggerComponents) {
    this.#components = components
  }

  debug(): void {}

  info(): void {}

  warn(event: string, fields: LogFields = {}): void {
    this.#components.note(`${event}${codeIn(fields)}`)
  }

  error(event: string, fields: LogFields = {}): void {
    this.#components.note(`${event}${codeIn(fields)}`)
    if (!isOfTheDisk(fields['error'])) this.#components.onError(new Error(`${event}: ${String(fields['error'])}`))
  }

  child(): Logger {
    return this
  }
}

function codeIn({ error }: LogFields): string {
  if (error instanceof HcfsError) return `: ${error.code}`
  return error === undefined ? '' : `: ${String(error)}`
}

function isOfTheDisk(error: unknown): boolean {
  return error instanceof HcfsError && /^(?:STOR|NODE_NOT_RUNNING|STREAM_CLOSED)/.test(error.code)
}
