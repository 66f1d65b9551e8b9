import { describe, expect, test } from 'vitest'
import { parseBenchOptions } from './bench-options.ts'
import { FULL_EFFORT, measure, median, QUICK_EFFORT, takeFigures } from './measure.ts'
import { reportTable } from './report.ts'
import type { Suite } from './suite.ts'
import { SUITES } from './suites.ts'

const suiteNamed = (name: string, sizes: readonly number[] = [1, 10]): Suite => ({
  name,
  unit: 'things',
  sizes,
  open: () => ({ rows: [] })
})

describe('options', () => {
  const [a, b] = [suiteNamed('a'), suiteNamed('b')]

  test('without any, every suite runs with every size', () => {
    expect(parseBenchOptions([], [a, b])).toEqual({
      selected: [
        { suite: a, sizes: [1, 10] },
        { suite: b, sizes: [1, 10] }
      ],
      effort: FULL_EFFORT
    })
  })

  test('--only and --size choose, --quick takes the smallest size and little time', () => {
    expect(parseBenchOptions(['--only', 'b', '--size', '7'], [a, b]).selected).toEqual([{ suite: b, sizes: [7] }])
    expect(parseBenchOptions(['--quick'], [a])).toEqual({ selected: [{ suite: a, sizes: [1] }], effort: QUICK_EFFORT })
  })

  test.each([
    [['--only', 'c'], 'There is no suite c; there are a, b'],
    [['--size', '0'], '--size takes a whole number above 0'],
    [['--fast'], "Unknown option '--fast'"]
  ])('%j is refused with what would be right', (args, message) => {
    expect(() => parseBenchOptions(args, [a, b])).toThrow(message)
  })
})

test('a row is measured beside its floor, and rows that share a floor share its measurement', async () => {
  let floorCalls = 0
  const counted: number[] = []
  const floor = { name: 'floor', operations: 10, run: () => (floorCalls += 1) }
  const rows = ['first', 'second'].map((name) => ({ name, run: () => counted.push(floorCalls), floor, goal: 0.5 }))

  const measured = await measure(rows, { rounds: 1, roundMs: 1, samples: 1 })

  expect(measured.map(({ name, floorName, goal }) => [name, floorName, goal])).toEqual([
    ['first', 'floor', 0.5],
    ['second', 'floor', 0.5]
  ])
  expect(measured[0]?.floorPerSecond).toBe(measured[1]?.floorPerSecond)
  expect(new Set(counted).size).toBe(1)
  for (const { perSecond, floorPerSecond, ratio } of measured) expect(ratio).toBe(perSecond / floorPerSecond)
})

test('a workload that throws stops the run instead of being measured', async () => {
  const run = (): never => {
    throw new Error('it broke')
  }
  const rows = [{ name: 'broken', run, floor: { name: 'floor', run: () => 1 } }]

  await expect(measure(rows, { rounds: 1, roundMs: 1, samples: 1 })).rejects.toThrow('it broke')
})

test('the median of rounds ignores one slow round', () => {
  expect(median([9, 1, 10])).toBe(9)
})

test('the table says whether a goal is met', () => {
  const row = { floorName: 'raw', floorPerSecond: 20_000, perSecond: 12_345.6, ratio: 0.617 }
  const rows = [
    { ...row, name: 'put', goal: 0.5 },
    { ...row, name: 'a slow get', perSecond: 2.5, goal: 0.7 }
  ]

  expect(reportTable([{ suite: 'storage', size: 1_000, unit: 'contexts', rows, figures: [] }])).toBe(
    [
      'storage, 1,000 contexts',
      '               ops/s  floor  floor ops/s  ratio  goal',
      '  put         12,346  raw         20,000   0.62  0.50 met',
      '  a slow get     2.5  raw         20,000   0.62  0.70 MISSED'
    ].join('\n')
  )
})

test('figures stand below the rows: what they came to, the floor if there is one, and the most we want', async () => {
  const samples = [3, 1, 2]
  const figures = [
    { name: 'memory', unit: 'MB', take: () => samples.shift()!, floor: { name: 'bare', take: () => 1.5 }, goal: 1 },
    { name: 'delay', unit: 'ms', take: () => 0.25, goal: 20 }
  ] as const

  const taken = await takeFigures(figures, { rounds: 1, roundMs: 1, samples: 3 })

  expect(reportTable([{ suite: 'idle', size: 10, unit: 'contexts', rows: [], figures: taken }])).toBe(
    [
      'idle, 10 contexts',
      '                    floor           ratio  goal',
      '  memory   2.00 MB  bare   1.50 MB   1.33  at most 1 MB MISSED',
      '  delay   0.250 ms                         at most 20 ms met'
    ].join('\n')
  )
})

/** These load the machine with processes of their own; what they use is tested by test/cluster and test/e2e. */
const WITH_PROCESSES: readonly string[] = ['cluster', 'http']
const within = SUITES.filter(({ name }) => !WITH_PROCESSES.includes(name))

test.each(within)('the suite $name still runs: every workload, once, at its smallest size', async (suite) => {
  const { rows, figures = [], close } = await suite.open(suite.sizes[0]!)
  for (const row of rows) {
    await row.floor.run()
    await row.run()
  }
  for (const figure of figures) {
    await figure.floor?.take()
    await figure.take()
  }
  await close?.()

  expect(rows.length + figures.length).toBeGreaterThan(0)
})
