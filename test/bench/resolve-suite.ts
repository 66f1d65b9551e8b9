import type { BatchItem } from '@hcfs/core'
import type { HcfsNode } from '@hcfs/node'
import { openNode } from '@hcfs/node'
import type { BenchmarkRow, Figure, OpenSuite, Suite } from './suite.ts'

const PER_RUN = 1_000
const HOT_TASKS = 16
const DEEP_LEVELS = 32
/** Coprime to every size, so that no two answers are neighbours. */
const STRIDE = 7_919
const PUTS_PER_BATCH = 1_024
/** W10: less than 2 µs. */
const CACHED_GOAL_PER_SECOND = 500_000
/** W10: less than 60 µs. */
const COLD_GOAL_PER_SECOND = 16_667
const CHANGE_GOAL_MS = 5
const TEMPLATE_GOAL_MS = 5
/** For the nodes whose answers never stay: the least there is. */
const NO_CACHE_BYTES = 64 * 1_024
const LARGE_CACHE_BYTES = 1_024 * 1_024 * 1_024

const RULES = { body: 'merge', tags: 'union', '/style': 'merge', '/checks': 'append', '/limits/*': 'lock' }

/** What paths amount to: from the cache, made anew, and after a change above many of them. */
export const resolveSuite: Suite = {
  name: 'resolve',
  unit: 'tasks below one project',
  sizes: [1_000, 10_000],
  open: openResolveSuite
}

async function openResolveSuite(taskCount: number): Promise<OpenSuite> {
  const limits = { effectiveCacheBytesMax: LARGE_CACHE_BYTES }
  const node = await openNode({ memory: true, search: false, durability: 'buffered', limits })
  const cold = await openNode({ memory: true, search: false, limits: { effectiveCacheBytesMax: NO_CACHE_BYTES } })
  for (const each of [node, cold]) await fill(each, taskCount)
  return {
    rows: [cachedRow(node), coldRow(cold, taskCount), deepRow(node, 'cached'), deepRow(cold, 'cold')],
    figures: [changeFigure(node, taskCount), templateFigure(node)],
    close: async () => {
      await node.close()
      await cold.close()
    }
  }
}

async function fill(node: HcfsNode, taskCount: number): Promise<void> {
  await node.contexts.put('/', {
    body: '# Rules\nBe kind.\n\n# Style\nShort sentences.\n',
    fields: { language: 'en', style: { quotes: 'single', indent: 2 }, checks: ['lint'], limits: { calls: 100 } },
    tags: ['shared'],
    meta: { inherit: RULES }
  })
  await node.contexts.put('/projects', { fields: { owner: 'ada', checks: ['test'] } })
  await node.contexts.put('/elsewhere', {})
  await node.contexts.put('/projects/apollo', {
    body: '# Stack\nTypeScript and SQLite.\n',
    fields: { style: { indent: 4 }, region: 'eu' },
    tags: ['apollo']
  })
  for (let first = 0; first < taskCount; first += PUTS_PER_BATCH) {
    const length = Math.min(PUTS_PER_BATCH, taskCount - first)
    const items = Array.from({ length }, (_, index): BatchItem => ({ put: { path: task(first + index), ...TASK } }))
    await node.contexts.batch(items, { atomic: false })
  }
  for (let level = 1; level <= DEEP_LEVELS; level += 1) {
    await node.contexts.put(deepPath(level), { fields: { [`k${level}`]: level, style: { indent: level } } })
  }
}

const TASK = { body: '# Task\nDock.\n', fields: { status: 'open', style: { quotes: 'double' } }, tags: ['urgent'] }

function task(index: number): string {
  return `/projects/apollo/task-${index}`
}

function deepPath(levels: number): string {
  return `/deep${Array.from({ length: levels - 1 }, (_, level) => `/${level}`).join('')}`
}

function cachedRow(node: HcfsNode): BenchmarkRow {
  const paths = Array.from({ length: PER_RUN }, (_, index) => task(index % HOT_TASKS))
  return {
    name: `resolve, 4 levels, cached (goal ${CACHED_GOAL_PER_SECOND.toLocaleString('en')}/s)`,
    operations: PER_RUN,
    run: async () => {
      for (const path of paths) await node.contexts.resolve(path)
    },
    floor: {
      name: 'get, hot',
      operations: PER_RUN,
      run: async () => {
        for (const path of paths) await node.contexts.get(path)
      }
    }
  }
}

/** Whoever merges by hand has at least to read the four contexts. */
function coldRow(node: HcfsNode, taskCount: number): BenchmarkRow {
  const next = strider(taskCount)
  const nextRead = strider(taskCount)
  return {
    name: `resolve, 4 levels, cold (goal ${COLD_GOAL_PER_SECOND.toLocaleString('en')}/s)`,
    operations: PER_RUN,
    run: async () => {
      for (let count = 0; count < PER_RUN; count += 1) await node.contexts.resolve(next())
    },
    floor: {
      name: 'get of the 4 contexts',
      operations: PER_RUN,
      run: async () => {
        for (let count = 0; count < PER_RUN; count += 1) {
          for (const path of ['/', '/projects', '/projects/apollo', nextRead()]) await node.contexts.get(path)
        }
      }
    }
  }
}

function deepRow(node: HcfsNode, kind: 'cached' | 'cold'): BenchmarkRow {
  const paths = Array.from({ length: DEEP_LEVELS }, (_, level) => deepPath(level + 1))
  const deepest = deepPath(DEEP_LEVELS)
  // Many other answers in between make room for none of them to stay.
  const others = kind === 'cold' ? paths : []
  const operations = others.length + 1
  return {
    name: kind === 'cached' ? 'resolve, 32 levels, cached' : 'resolve, 1 to 32 levels, cold',
    operations,
    run: async () => {
      for (const path of others) await node.contexts.resolve(path)
      await node.contexts.resolve(deepest)
    },
    floor: {
      name: 'get of its 32 contexts',
      operations,
      run: async () => {
        for (let count = 0; count < operations; count += 1) for (const path of paths) await node.contexts.get(path)
      }
    }
  }
}

/** How long after a change above them all the answers of all tasks are out of date, and the first is made anew. */
function changeFigure(node: HcfsNode, taskCount: number): Figure {
  let value = 0
  const resolveAll = async (): Promise<void> => {
    for (let index = 0; index < taskCount; index += 1) await node.contexts.resolve(task(index))
  }
  const timed = async (path: string): Promise<number> => {
    await resolveAll()
    value += 1
    const start = performance.now()
    await node.contexts.edit(path, (draft) => draft.fields.set('sprint', value))
    await node.contexts.resolve(task(0))
    return performance.now() - start
  }
  return {
    name: `a change above ${taskCount.toLocaleString('en')} answers, and the first of them anew`,
    unit: 'ms',
    take: () => timed('/projects'),
    floor: { name: 'a change below none', take: () => timed('/elsewhere') },
    goal: CHANGE_GOAL_MS
  }
}

/** Ten contexts in one batch, with all that a template takes beside it: reading it, its parameters, what is there. */
function templateFigure(node: HcfsNode): Figure {
  let count = 0
  const timed = async (write: (path: string) => Promise<unknown>): Promise<number> => {
    count += 1
    const start = performance.now()
    await write(`/made/${count}`)
    return performance.now() - start
  }
  const customise = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`/tasks/${name}`, TASK]))
  const apply = (path: string) => node.templates.apply('web-app', path, { parameters: { name: 'Shop' }, customise })
  const batch = (path: string) =>
    node.contexts.batch(Array.from({ length: 10 }, (_, index) => ({ put: { path: `${path}/${index}`, ...TASK } })))
  return {
    name: 'a template of 10 contexts applied',
    unit: 'ms',
    take: () => timed(apply),
    floor: { name: 'a batch of 10 puts', take: () => timed(batch) },
    goal: TEMPLATE_GOAL_MS
  }
}

function strider(taskCount: number): () => string {
  let index = 0
  return () => {
    index = (index + STRIDE) % taskCount
    return task(index)
  }
}
