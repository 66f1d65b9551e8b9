import { Bench } from 'tinybench'
import type { BenchmarkRow, Figure, Sample, Workload } from './suite.ts'

export interface Measurement {
  readonly name: string
  readonly perSecond: number
  readonly floorName: string
  readonly floorPerSecond: number
  /** The median over all rounds of this row's speed divided by the floor's in the same round. */
  readonly ratio: number
  readonly goal?: number
}

export interface TakenFigure {
  readonly name: string
  readonly unit: Figure['unit']
  readonly value: number
  readonly floorName?: string
  readonly floorValue?: number
  readonly goal?: number
}

export interface Effort {
  /** Each round measures everything once. Rounds alternate, so that a machine that slows down slows both sides. */
  readonly rounds: number
  readonly roundMs: number
  /** Figures cost more than rounds of rows: some start a process for each sample. */
  readonly samples: number
}

export const FULL_EFFORT: Effort = { rounds: 9, roundMs: 150, samples: 3 }
export const QUICK_EFFORT: Effort = { rounds: 1, roundMs: 50, samples: 1 }

export async function measure(rows: readonly BenchmarkRow[], effort: Effort): Promise<Measurement[]> {
  const workloads = new Set(rows.flatMap((row): Workload[] => [row.floor, row]))
  const speeds = new Map([...workloads].map((workload): [Workload, number[]] => [workload, []]))
  for (let round = 0; round < effort.rounds; round += 1) {
    for (const workload of workloads) speeds.get(workload)!.push(await operationsPerSecond(workload, effort.roundMs))
  }
  return rows.map((row) => {
    const [own, floor] = [speeds.get(row)!, speeds.get(row.floor)!]
    return {
      name: row.name,
      perSecond: median(own),
      floorName: row.floor.name,
      floorPerSecond: median(floor),
      ratio: median(own.map((speed, round) => speed / floor[round]!)),
      ...(row.goal === undefined ? {} : { goal: row.goal })
    }
  })
}

/** Medians. Samples alternate with those of the floor. */
export async function takeFigures(figures: readonly Figure[], { samples }: Effort): Promise<TakenFigure[]> {
  const taken = new Map<Sample, number[]>()
  for (let count = 0; count < samples; count += 1) {
    for (const sample of new Set(figures.flatMap((figure): Sample[] => [figure.floor ?? figure, figure]))) {
      taken.set(sample, [...(taken.get(sample) ?? []), await sample.take()])
    }
  }
  return figures.map((figure) => {
    const { name, unit, floor, goal } = figure
    return {
      name,
      unit,
      value: median(taken.get(figure)!),
      ...(floor && { floorName: floor.name, floorValue: median(taken.get(floor)!) }),
      ...(goal !== undefined && { goal })
    }
  })
}

/** Of long workloads; short ones run for as long as a round takes. */
const ITERATIONS_MIN = 4

async function operationsPerSecond({ name, operations = 1, run }: Workload, roundMs: number): Promise<number> {
  globalThis.gc?.()
  const bench = new Bench({
    time: roundMs,
    warmupTime: roundMs / 4,
    iterations: ITERATIONS_MIN,
    warmupIterations: ITERATIONS_MIN,
    throws: true
  })
  bench.add(name, run)
  const [task] = await bench.run()
  if (task?.result.state !== 'completed') throw new Error(`${name} could not be measured: ${task?.result.state}`)
  return (operations * 1_000) / task.result.latency.mean
}

/** Of an odd count; of an even one the upper of the two in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
