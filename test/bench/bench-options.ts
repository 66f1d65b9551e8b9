import { parseArgs } from 'node:util'
import type { Effort } from './measure.ts'
import { FULL_EFFORT, QUICK_EFFORT } from './measure.ts'
import type { Suite } from './suite.ts'

interface Selection {
  readonly suite: Suite
  readonly sizes: readonly number[]
}

export interface BenchOptions {
  readonly selected: readonly Selection[]
  readonly effort: Effort
}

export const USAGE = 'npm run bench -- [--only SUITE]... [--size NUMBER]... [--quick]'

/** Throws with what was wrong and what there is. */
export function parseBenchOptions(args: readonly string[], suites: readonly Suite[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      size: { type: 'string', multiple: true },
      quick: { type: 'boolean', default: false }
    }
  })
  const sizes = values.size?.map(parseSize)
  const chosen = suites.filter((suite) => values.only === undefined || values.only.includes(suite.name))
  const unknown = values.only?.find((name) => suites.every((suite) => suite.name !== name))
  if (unknown !== undefined) {
    throw new Error(`There is no suite ${unknown}; there are ${suites.map(({ name }) => name).join(', ')}`)
  }
  return {
    selected: chosen.map((suite) => ({ suite, sizes: sizes ?? suite.sizes.slice(0, values.quick ? 1 : undefined) })),
    effort: values.quick ? QUICK_EFFORT : FULL_EFFORT
  }
}

function parseSize(text: string): number {
  const size = Number(text)
  if (Number.isSafeInteger(size) && size > 0) return size
  throw new Error(`--size takes a whole number above 0, not ${text}`)
}
