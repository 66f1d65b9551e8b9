import type { Mutation } from './mutations.ts'
import type { Plan } from './plan.ts'
import { randomPlan } from './random-plan.ts'
import { runPlan } from './run-plan.ts'
import { repeatCommand, runSeeds } from './run-seeds.ts'
import { shrinkPlan } from './shrink-plan.ts'
import type { SimulateOptions } from './simulate-options.ts'
import { parseSimulateOptions, USAGE } from './simulate-options.ts'

const HOUR_MS = 3_600_000
const NAME_WIDTH = 14
const NUMBER_WIDTH = 8

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Prints the message log of one run. True when all went well. */
async function showRun(plan: Plan, mutation: Mutation): Promise<boolean> {
  const { lines, hash, virtualMs, failure } = await runPlan(plan, mutation)
  for (const line of lines) say(line)
  say(`${lines.length} lines, ${Math.round(virtualMs / 1_000)} virtual seconds, trace ${hash.slice(0, 16)}`)
  if (failure !== undefined) say(failure instanceof Error ? String(failure.stack) : String(failure))
  return failure === undefined
}

async function showSeeds({ from, to, mutation }: Extract<SimulateOptions, { run: 'seeds' }>): Promise<boolean> {
  const { runCount, virtualMs, totals, failures } = await runSeeds({ from, to, mutation })
  say(`${'in all'.padStart(NAME_WIDTH + NUMBER_WIDTH)}${'a run'.padStart(NUMBER_WIDTH)}`)
  for (const [name, total] of totals) {
    const mean = (total / runCount).toFixed(1)
    say(`${name.padEnd(NAME_WIDTH)}${String(total).padStart(NUMBER_WIDTH)}${mean.padStart(NUMBER_WIDTH)}`)
  }
  say(`${runCount} runs, ${(virtualMs / HOUR_MS).toFixed(1)} virtual hours, ${failures.length} failed`)
  for (const { seed, failure } of failures) {
    say(`seed ${seed}: ${failure instanceof Error ? failure.message : failure}\n  ${repeatCommand(seed, mutation)}`)
  }
  return failures.length === 0
}

async function simulate(options: SimulateOptions): Promise<boolean> {
  if (options.run === 'seeds') return showSeeds(options)
  const { mutation } = options
  if (options.run === 'scenario') {
    say(options.scenario.about)
    return showRun(options.scenario.plan, mutation)
  }
  const plan = randomPlan(options.seed)
  if (!options.isShrinking) return showRun(plan, mutation)
  const smallest = await shrinkPlan(plan, mutation)
  say(JSON.stringify(smallest, null, 2))
  return showRun(smallest, mutation)
}

try {
  const isSound = await simulate(parseSimulateOptions(process.argv.slice(2)))
  if (!isSound) process.exitCode = 1
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\nUsage: ${USAGE}\n`)
  process.exitCode = 1
}
