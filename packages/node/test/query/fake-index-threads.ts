import { HcfsError } from '@hcfs/core'
import type { IndexRemote, IndexThreads, QueryRemote } from '../../src/query/local-index.ts'

export const DEATH = new HcfsError('COMPUTE_FAILED', 'The thread died', { details: { died: true } })
export const DAMAGE = new HcfsError('INDEX_DAMAGED', 'Its pages do not fit together')

type Answers = Readonly<Record<string, (argument: unknown) => unknown>>

/** A remote that answers from a table; what the table throws is how the call fails. */
export function fakeRemote(answers: Answers): IndexRemote & QueryRemote {
  const call = async (method: string, args: readonly unknown[]): Promise<never> => answers[method]?.(args[0]) as never
  return { call, close: async () => {} }
}

export interface FakeThreads extends IndexThreads {
  readonly name: string
  isClosed: boolean
}

export interface FakeThreadsOptions {
  readonly name?: string
  readonly answers?: Answers
}

export function fakeThreads({ name = 'threads', answers = {} }: FakeThreadsOptions = {}): FakeThreads {
  const remote = fakeRemote({ position: () => 0, apply: () => [], ...answers })
  const threads: FakeThreads = {
    name,
    index: remote,
    queries: remote,
    isClosed: false,
    close: async () => {
      threads.isClosed = true
    }
  }
  return threads
}
