import type { Measurement } from './measure.ts'

export interface SuiteReport {
  readonly suite: string
  readonly size: number
  readonly unit: string
  readonly rows: readonly Measurement[]
}

const HEADER = ['', 'ops/s', 'floor', 'floor ops/s', 'ratio', 'goal']
/** Words are aligned left, numbers right. */
const LEFT_COLUMNS: readonly number[] = [0, 2, 5]

/** A table for people; the same numbers go into a file for programs. */
export function reportTable(reports: readonly SuiteReport[]): string {
  return reports
    .map((report) => `${report.suite}, ${count(report.size)} ${report.unit}\n${table(report.rows)}`)
    .join('\n\n')
}

function table(rows: readonly Measurement[]): string {
  const lines = [HEADER, ...rows.map(cells)]
  const widths = HEADER.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  const padded = lines.map((line) =>
    line.map((cell, column) => {
      const width = widths[column]!
      return LEFT_COLUMNS.includes(column) ? cell.padEnd(width) : cell.padStart(width)
    })
  )
  return padded.map((line) => `  ${line.join('  ').trimEnd()}`).join('\n')
}

function cells({ name, perSecond, floorName, floorPerSecond, ratio, goal }: Measurement): string[] {
  const goalText = goal === undefined ? '' : `${goal.toFixed(2)} ${ratio >= goal ? 'met' : 'MISSED'}`
  return [name, count(perSecond), floorName, count(floorPerSecond), ratio.toFixed(2), goalText]
}

function count(value: number): string {
  return (value < 10 && !Number.isInteger(value) ? value.toFixed(1) : Math.round(value).toString()).replace(
    /\B(?=(?:\d{3})+$)/g,
    ','
  )
}
