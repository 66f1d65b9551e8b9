import { homedir } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import type { Clock } from '@hcfs/core'
import { SystemClock } from '@hcfs/core'

/** A stream that may be a terminal. */
export type TerminalStream = Writable & { readonly isTTY?: boolean; readonly columns?: number }

/** What a command sees of the process it runs in. */
export interface Environment {
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly workingDirectory: string
  readonly homeDirectory: string
  readonly stdin: Readable
  readonly stdout: TerminalStream
  readonly stderr: TerminalStream
  readonly clock: Clock
  /** Aborted when the user wants the command to end. */
  readonly signal: AbortSignal
}

export function processEnvironment(signal: AbortSignal): Environment {
  return {
    variables: process.env,
    workingDirectory: process.cwd(),
    homeDirectory: homedir(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    clock: new SystemClock(),
    signal
  }
}
