import type { LogFields, Logger } from '@hcfs/core'
import { ManualClock, silentLogger } from '@hcfs/core'
import { onTestFinished } from 'vitest'
import type { Committed, GroupCommitOptions } from '../../src/storage/group-commit.ts'
import { GroupCommit } from '../../src/storage/group-commit.ts'
import type { GroupOwner } from '../../src/storage/group-owner.ts'
import type { Footprint } from '../../src/storage/group-queue.ts'
import { GatedStore } from './gated-store.ts'

/** A write of the tests: its name, and what it takes up. */
export interface Item extends Partial<Footprint> {
  readonly name: string
}

export interface CommitHarness {
  readonly commits: GroupCommit<Item, string>
  readonly store: GatedStore
  readonly clock: ManualClock
  /** The names of each group in the order in which they were sealed. */
  readonly sealed: string[][]
  /** Names in the order in which their writers were answered; failures begin with `!`. */
  readonly answers: string[]
  readonly stored: string[]
  readonly durable: string[]
  readonly errors: string[]
  /** Replaces what the owner does. */
  readonly owner: GroupOwner<Item, string>
  submit(item: string | Item, options?: { signal?: AbortSignal }): Promise<Committed<string>>
  submitAll(names: readonly string[]): void
}

export async function startCommits(options: GroupCommitOptions = {}): Promise<CommitHarness> {
  const store = new GatedStore()
  const clock = new ManualClock()
  const sealed: string[][] = []
  const answers: string[] = []
  const stored: string[] = []
  const durable: string[] = []
  const errors: string[] = []
  const owner: GroupOwner<Item, string> = {
    footprintOf: ({ keys = [], entries = 1, bytes = 1 }) => ({ keys, entries, bytes }),
    seal: (items) => {
      sealed.push(items.map(({ name }) => name))
      return {
        operations: items.map(({ name }) => ({ type: 'put', key: name, value: '' })),
        outcomes: items.map(({ name }) => ({ result: name }))
      }
    },
    recover: async () => {},
    onStored: (results) => stored.push(...results),
    onDurable: (results) => durable.push(...results)
  }
  const log: Logger = { ...silentLogger, error: (event: string, _fields?: LogFields) => errors.push(event) }
  const commits = new GroupCommit<Item, string>({ store, owner, clock, log }, options)
  await commits.start()
  onTestFinished(() => {
    for (const { done } of store.inFlight) done.resolve()
  })

  const submit = (item: string | Item, submitOptions?: { signal?: AbortSignal }): Promise<Committed<string>> => {
    const whole = typeof item === 'string' ? { name: item } : item
    const answer = commits.submit(whole, submitOptions)
    answer.then(
      ({ result }) => answers.push(result),
      () => answers.push(`!${whole.name}`)
    )
    return answer
  }
  const submitAll = (names: readonly string[]): void => {
    for (const name of names) submit(name)
  }
  return { commits, store, clock, sealed, answers, stored, durable, errors, owner, submit, submitAll }
}

export function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`)
}
