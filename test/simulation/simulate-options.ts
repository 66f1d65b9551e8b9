import { parseArgs } from 'node:util'
import type { Mutation } from './mutations.ts'
import { MUTATIONS, NO_MUTATION } from './mutations.ts'
import type { Scenario } from './scenarios/scenario.ts'
import { SCENARIOS } from './scenarios/scenarios.ts'

export type SimulateOptions = { readonly mutation: Mutation } & (
  | { readonly run: 'seed'; readonly seed: number; readonly isShrinking: boolean }
  | { readonly run: 'seeds'; readonly from: number; readonly to: number }
  | { readonly run: 'scenario'; readonly scenario: Scenario }
)

export const USAGE =
  'npm run simulate -- --seed N [--shrink] | --seeds A..B | --scenario NAME, and --mutation NAME to break the product on purpose'

const SEEDS_PATTERN = /^(\d+)\.\.(\d+)$/
const DEFAULT_SEEDS = '1..20'

/** Throws with what was wrong and what there is. */
export function parseSimulateOptions(args: readonly string[]): SimulateOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      seeds: { type: 'string' },
      scenario: { type: 'string' },
      mutation: { type: 'string' },
      shrink: { type: 'boolean', default: false }
    }
  })
  const mutation = values.mutation === undefined ? NO_MUTATION : named('mutation', values.mutation, MUTATIONS)
  if (values.scenario !== undefined) {
    return { run: 'scenario', scenario: named('scenario', values.scenario, SCENARIOS), mutation }
  }
  if (values.seed !== undefined) {
    return { run: 'seed', seed: wholeNumber(values.seed), isShrinking: values.shrink, mutation }
  }
  const [, from = '', to = ''] = SEEDS_PATTERN.exec(values.seeds ?? DEFAULT_SEEDS) ?? []
  if (from === '') throw new Error(`--seeds takes two whole numbers, as in 1..100, not ${values.seeds}`)
  return { run: 'seeds', from: wholeNumber(from), to: wholeNumber(to), mutation }
}

function named<Named extends { readonly name: string }>(kind: string, name: string, all: readonly Named[]): Named {
  const found = all.find((each) => each.name === name)
  if (found !== undefined) return found
  throw new Error(`There is no ${kind} ${name}; there are ${all.map((each) => each.name).join(', ')}`)
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (text !== '' && Number.isSafeInteger(value) && value >= 0) return value
  throw new Error(`A seed is a whole number, not ${text}`)
}
