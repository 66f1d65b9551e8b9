import { BrokenInvariant } from './broken-invariant.ts'
import { assertHealed } from './invariants/after-healing.ts'
import { rootOf, WhileRunning } from './invariants/while-running.ts'
import type { Machine } from './machine/machine.ts'
import type { Mutation } from './mutations.ts'
import { NO_MUTATION } from './mutations.ts'
import type { Plan, Step } from './plan.ts'
import { nodeName } from './plan.ts'
import type { Tally } from './tally.ts'
import { World } from './world.ts'

export interface RunReport {
  readonly plan: Plan
  readonly lines: readonly string[]
  /** Equal for equal runs. */
  readonly hash: string
  readonly tally: Tally
  readonly virtualMs: number
  /** Absent when all went well. */
  readonly failure?: unknown
}

const CHECK_EVERY_MS = 10_000
/** Clocks may be 20 minutes apart, and a commit waits until it is no more than 5 minutes ahead. */
const CONVERGE_MS_MAX = 60 * 60_000
const ONE_STEP_MS_MAX = 120_000

/** Runs a plan to its end, or to the first invariant that is broken. */
export async function runPlan(plan: Plan, mutation: Mutation = NO_MUTATION): Promise<RunReport> {
  const world = new World(plan, mutation)
  let failure: unknown
  try {
    await run(world, plan)
  } catch (error) {
    failure = error
    world.trace.add(`broken: ${error instanceof Error ? error.message : String(error)}`)
  }
  const { trace, tally, time } = world
  return {
    plan,
    lines: trace.lines,
    hash: trace.hash(),
    tally,
    virtualMs: time.nowMs,
    ...(failure !== undefined && { failure })
  }
}

async function run(world: World, plan: Plan): Promise<void> {
  const running = new WhileRunning(world)
  for (const machine of world.machines) machine.start()
  for (const step of plan.steps) world.time.after(step.atMs, () => take(world, step))
  while (world.time.nowMs < plan.healAtMs) {
    await world.time.runUntil(Math.min(plan.healAtMs, world.time.nowMs + CHECK_EVERY_MS))
    world.assertUnbroken()
    await running.check()
  }
  await heal(world)
  await converge(world, running)
  await stopAll(world)
  world.assertUnbroken()
  await running.check()
  await assertHealed(world)
  world.tally.count('commits', world.ledger.published.size)
}

function take(world: World, step: Step): void {
  const { time, network, trace, tally } = world
  if (step.do === 'cut') {
    tally.count('cuts')
    trace.add(`cut ${nodeName(step.from)} -> ${nodeName(step.to)} for ${step.forMs} ms`)
    network.cut(step.from, step.to)
    time.after(step.forMs, () => network.mend(step.from, step.to))
    return
  }
  const machine = world.machines[step.node]!
  if (step.do === 'write') {
    if (machine.life !== undefined) world.client.ask(machine.life, step.change)
    return
  }
  trace.add(`${machine.name} ${step.do}`)
  act(world, machine, step).catch((error: unknown) => world.breakWith(error))
}

async function act(world: World, machine: Machine, step: Exclude<Step, { do: 'cut' | 'write' }>): Promise<void> {
  const { time, tally } = world
  switch (step.do) {
    case 'crash':
      for (let turn = 0; turn < step.turns; turn += 1) await undefined
      tally.count('crashes')
      world.ledger.noteCrash(machine)
      await machine.crash()
      time.after(step.downMs, () => machine.start())
      return
    case 'restart':
      tally.count('restarts')
      await machine.stop()
      time.after(step.downMs, () => machine.start())
      return
    case 'jump':
      tally.count('jumps')
      machine.jumpClock(step.byMs)
      return
    case 'fill-disk':
      tally.count('full-disks')
      machine.isDiskFull = true
      time.after(step.forMs, () => {
        machine.isDiskFull = false
      })
  }
}

/** Mends the network and the disks, and sees to it that all nodes run. Clocks stay as wrong as they are. */
async function heal(world: World): Promise<void> {
  const { network, machines, time, trace } = world
  trace.add('all is mended')
  network.heal()
  for (const machine of machines) {
    const needsRestart = machine.hasFailingDisk
    machine.heal()
    if (needsRestart && machine.life !== undefined) {
      world.ledger.noteCrash(machine)
      await machine.crash()
    }
    machine.start()
  }
  await time.runUntil(time.nowMs + CHECK_EVERY_MS)
}

async function converge(world: World, running: WhileRunning): Promise<void> {
  const { time, machines, trace } = world
  const endMs = time.nowMs + CONVERGE_MS_MAX
  while (!isConverged(world)) {
    if (time.nowMs >= endMs) {
      const roots = machines.map((machine) => `${machine.name} ${rootOfLife(machine) ?? 'is down'}`)
      throw new BrokenInvariant('converges-in-time', roots.join(', '))
    }
    await time.runUntil(time.nowMs + CHECK_EVERY_MS)
    world.assertUnbroken()
    for (const machine of machines) machine.start()
  }
  trace.add(`converged at ${rootOfLife(machines[0]!)}`)
  await running.check()
}

/** The same versions of the same contexts, and every commit that was ever shown, everywhere. */
function isConverged({ machines, ledger }: World): boolean {
  const roots = new Set(machines.map(rootOfLife))
  if (roots.size !== 1 || roots.has(undefined)) return false
  return machines.every(({ life }) => {
    const log = life?.node.replica.log
    return [...ledger.published.keys()].every((id) => log?.positionOf(id) !== undefined)
  })
}

function rootOfLife({ life }: Machine): string | undefined {
  return life === undefined ? undefined : rootOf(life.node.replica.fingerprints)
}

async function stopAll({ machines, time }: World): Promise<void> {
  for (const machine of machines) await time.runThrough(machine.stop(), { msMax: ONE_STEP_MS_MAX })
}
