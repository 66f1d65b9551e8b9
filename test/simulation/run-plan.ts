import type { CommitId, ContextPath } from '@hcfs/core'
import { HcfsError, parsePath, ROOT_PATH } from '@hcfs/core'
import type { SpaceFrontier, Statement } from '@hcfs/crdt'
import { cutsAtNewest } from '@hcfs/crdt'
import { grantsInForce } from '../../packages/node/src/membership/device-rights.ts'
import { CommitLog } from '../../packages/node/src/replica/commit-log.ts'
import { readGrantedEntries } from '../../packages/node/src/replica/granted-entries.ts'
import { CheckedStore } from '../../packages/node/src/storage/checked-store.ts'
import { BrokenInvariant } from './broken-invariant.ts'
import { assertHealed } from './invariants/after-healing.ts'
import { rootOf, WhileRunning } from './invariants/while-running.ts'
import type { DiskCopy, Machine } from './machine/machine.ts'
import type { Mutation } from './mutations.ts'
import { NO_MUTATION } from './mutations.ts'
import { PRIVATE_SPACE } from './network-founding.ts'
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
const REVOKE_AGAIN_MS = 1_000

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
  if (plan.steps.some((step) => step.do === 'lie')) await world.liar.start()
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
  await world.liar.stop()
  world.assertUnbroken()
  await running.check()
  await assertHealed(world)
  world.tally.count('commits', world.ledger.published.size)
}

function take(world: World, step: Step): void {
  const { time, wires, trace, tally } = world
  if (step.do === 'cut') {
    tally.count('cuts')
    trace.add(`cut ${nodeName(step.from)} -> ${nodeName(step.to)} for ${step.forMs} ms`)
    const [from, to] = [world.machines[step.from]!.device, world.machines[step.to]!.device]
    wires.cutWay(from, to)
    time.after(step.forMs, () => wires.mendWay(from, to))
    return
  }
  const machine = world.machines[step.node]!
  if (step.do === 'write') {
    if (machine.life !== undefined) world.client.ask(machine.life, step.change)
    return
  }
  if (step.do !== 'lie') trace.add(`${machine.name} ${step.do}`)
  act(world, machine, step).catch((error: unknown) => world.breakWith(error))
}

async function act(world: World, machine: Machine, step: Exclude<Step, { do: 'cut' | 'write' }>): Promise<void> {
  const { time, tally, trace } = world
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
    case 'lose-disk':
      return loseDisk(world, machine, step)
    case 'lie': {
      tally.count('lies')
      trace.add(`a liar tells ${machine.name} and ${nodeName(step.to)} of ${step.path}: ${step.lie}`)
      const heard = [machine.device, world.machines[step.to]!.device] as const
      return world.liar.tell(step.lie, heard, parsePath(step.path))
    }
    case 'revoke':
      return revoke(world, machine, step.cutBack)
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

/** The machine burns down. What comes back has its key, and what a backup had. */
async function loseDisk(
  { time, tally, ledger, machines, trace }: World,
  machine: Machine,
  { backupAgeMs, downMs }: Extract<Step, { do: 'lose-disk' }>
): Promise<void> {
  let backup: DiskCopy | undefined
  if (backupAgeMs !== undefined) {
    backup = machine.copyDisk()
    await new Promise<void>((resolve) => time.after(backupAgeMs, resolve))
  }
  tally.count(backup === undefined ? 'lost-disks' : 'restored')
  ledger.noteCrash(machine)
  await machine.crash()
  machine.replaceDisk(backup)
  const holders = machines.filter((each) => each !== machine).map(heldFor)
  const own = heldFor(machine)
  trace.add(`${machine.name} has lost its disk${backup === undefined ? '' : ', and has a backup'}`)
  ledger.noteLostDisk(machine, (id) => own(id) || holders.some((holds) => holds(id)))
  time.after(downMs, () => machine.start())
}

/** What a machine has on its disk for certain. */
function heldFor(machine: Machine): (id: string) => boolean {
  const { life } = machine
  const log = life?.node.replica.log ?? new CommitLog({ store: new CheckedStore(machine.openDisk()) })
  const upTo = life?.node.replica.changes.position ?? Number.POSITIVE_INFINITY
  return (id) => {
    const position = log.positionOf(id as CommitId)
    return position !== undefined && position <= upTo
  }
}

/** Until the owner's node has signed it. */
async function revoke(world: World, { name, device }: Machine, cutBack: number): Promise<void> {
  const { machines, founding, time, trace, tally, ledger, revoked } = world
  ledger.mayVoid = true
  for (;;) {
    const owner = machines[0]!.life
    try {
      if (owner !== undefined) {
        const { keeper, replica } = owner.node
        const held = await readGrantedEntries(replica.commits({ after: 0 }))
        const statements = grantsInForce(keeper.state, device).map(({ id }): Statement => {
          const cuts = cutsAtNewest(keeper.state, id, held).map((frontier) => setBack(frontier, replica.log, cutBack))
          return { kind: 'revoke', grant: id, cuts: cuts.filter(({ tips }) => tips.length > 0) }
        })
        await keeper.sign(statements, founding.ownerKey)
        if (owner.ended.aborted) continue
        break
      }
    } catch (error) {
      if (!(error instanceof HcfsError && /^(?:STOR|NODE_NOT)/.test(error.code))) throw error
    }
    await new Promise<void>((resolve) => time.after(REVOKE_AGAIN_MS, resolve))
  }
  trace.add(`${name} is shut out`)
  tally.count('revoked')
  revoked.add(device)
  ledger.noteRevoked(device)
}

/** So many commits earlier on each chain. */
function setBack({ space, tips }: SpaceFrontier, log: CommitLog, by: number): SpaceFrontier {
  return {
    space,
    tips: tips.flatMap((tip) => {
      let at: { id: CommitId; seq: number } | undefined = tip
      for (let step = 0; step < by && at !== undefined; step += 1) {
        const prev: CommitId | undefined = log.header(log.positionOf(at.id)!).header.prev
        at = prev === undefined ? undefined : { id: prev, seq: at.seq - 1 }
      }
      return at === undefined ? [] : [{ ...tip, ...at }]
    })
  }
}

/** Mends the network and the disks, and sees to it that all nodes run. Clocks stay as wrong as they are. */
async function heal(world: World): Promise<void> {
  const { wires, machines, time, trace } = world
  trace.add('all is mended')
  wires.healAll()
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
  const { time, members: machines, trace } = world
  const endMs = time.nowMs + CONVERGE_MS_MAX
  while (!isConverged(world)) {
    if (time.nowMs >= endMs) {
      const roots = machines.map((machine) => `${machine.name} ${rootsOf(machine).get(ROOT_PATH) ?? 'is down'}`)
      throw new BrokenInvariant('converges-in-time', roots.join(', '))
    }
    await time.runUntil(time.nowMs + CHECK_EVERY_MS)
    world.assertUnbroken()
    for (const machine of machines) machine.start()
  }
  trace.add(`converged at ${rootsOf(machines[0]!).get(ROOT_PATH)}`)
  await running.check()
}

/** By space the same versions of the same contexts, and every commit that was ever shown, everywhere. */
function isConverged(world: World): boolean {
  const { members, ledger, machines } = world
  const epoch = machines[0]?.life?.node.keeper.epoch
  if (epoch === undefined) return false
  if (members.some(({ life }) => life?.node.keeper.epoch !== epoch || life.node.replica.policy.epoch !== epoch))
    return false
  const all = members.map(rootsOf)
  for (const space of [ROOT_PATH, PRIVATE_SPACE]) {
    if (new Set(all.flatMap((roots) => roots.get(space) ?? [])).size > 1) return false
  }
  return members.every((machine) => {
    const log = machine.life?.node.replica.log
    return [...ledger.published.values()].every(
      ({ id, header }) =>
        log?.positionOf(id) !== undefined ||
        ledger.isGone(header.author) ||
        (header.space === PRIVATE_SPACE && world.isOutsider(machine.device))
    )
  })
}

/** Of the spaces that it keeps. */
function rootsOf({ life }: Machine): ReadonlyMap<ContextPath, string> {
  if (life === undefined) return new Map()
  const { replica, spaces } = life.node
  return new Map(spaces().map((space) => [space, rootOf(replica.fingerprintsOf(space))]))
}

async function stopAll({ machines, time }: World): Promise<void> {
  for (const machine of machines) await time.runThrough(machine.stop(), { msMax: ONE_STEP_MS_MAX })
}
