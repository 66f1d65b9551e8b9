import { readFileSync } from 'node:fs'

/** At this many code points, remove so many, then insert the text. */
export type Patch = readonly [at: number, removed: number, inserted: string]

/** One transaction of an editing session that was recorded. */
export interface Transaction {
  /** The transactions that its author had seen last, by their number; left out in a session of one agent. */
  readonly parents?: readonly number[]
  readonly agent?: number
  readonly patches: readonly Patch[]
}

export interface Trace {
  readonly agentCount: number
  readonly endContent: string
  readonly transactions: readonly Transaction[]
}

/** A header line, then one transaction a line. */
export function readTrace(file: string): Trace {
  const [header, ...transactions] = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line))
  const { numAgents, endContent } = header as { numAgents: number; endContent: string }
  return { agentCount: numAgents, endContent, transactions: transactions as Transaction[] }
}
