import type { Mutation } from './mutations.ts'
import { NO_MUTATION } from './mutations.ts'
import { randomPlan } from './random-plan.ts'
import type { RunReport } from './run-plan.ts'
import { runPlan } from './run-plan.ts'
import { TALLIED } from './tally.ts'

export interface SeedFailure {
  readonly seed: number
  readonly failure: unknown
}

/** What came of a range of seeds. */
export interface SeedsReport {
  readonly runCount: number
  readonly virtualMs: number
  readonly totals: ReadonlyMap<string, number>
  readonly failures: readonly SeedFailure[]
}

export interface SeedRange {
  readonly from: number
  readonly to: number
  readonly mutation?: Mutation
  /** @default false */
  readonly stopsAtFailure?: boolean
}

export async function runSeeds({
  from,
  to,
  mutation = NO_MUTATION,
  stopsAtFailure = false
}: SeedRange): Promise<SeedsReport> {
  const totals = new Map<string, number>(TALLIED.map((name) => [name, 0]))
  const failures: SeedFailure[] = []
  let runCount = 0
  let virtualMs = 0
  for (let seed = from; seed <= to; seed += 1) {
    const report = await runPlan(randomPlan(seed), mutation)
    addTo(totals, report)
    runCount += 1
    virtualMs += report.virtualMs
    if (!('failure' in report)) continue
    failures.push({ seed, failure: report.failure })
    if (stopsAtFailure) break
  }
  return { runCount, virtualMs, totals, failures }
}

/** The command that shows a failure again. */
export function repeatCommand(seed: number, mutation: Mutation = NO_MUTATION): string {
  const suffix = mutation === NO_MUTATION ? '' : ` --mutation ${mutation.name}`
  return `npm run simulate -- --seed ${seed}${suffix}`
}

function addTo(totals: Map<string, number>, { tally }: RunReport): void {
  for (const name of TALLIED) totals.set(name, (totals.get(name) ?? 0) + tally.of(name))
}
