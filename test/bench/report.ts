import type { Measurement, TakenFigure } from './measure.ts'

export interface SuiteReport {
  readonly suite: string
  readonly size: number
  readonly unit: string
  readonly rows: readonly Measurement[]
  readonly figures: readonly TakenFigure[]
}

const ROW_HEADER = ['', 'ops/s', 'floor', 'floor ops/s', 'ratio', 'goal']
const FIGURE_HEADER = ['', '', 'floor', '', 'ratio', 'goal']
/** Words are aligned left, numbers right. */
const LEFT_COLUMNS: readonly number[] = [0, 2, 5]

/** A table for people; the same numbers go into a file for programs. */
export function reportTable(reports: readonly SuiteReport[]): string {
  return reports
    .map(({ suite, size, unit, rows, figures }) => {
      const tables = [table([ROW_HEADER, ...rows.map(cells)]), table([FIGURE_HEADER, ...figures.map(figureCells)])]
      const filled = [rows, figures].flatMap(({ length }, index) => (length === 0 ? [] : [tables[index]]))
      return [`${suite}, ${count(size)} ${unit}`, ...filled].join('\n')
    })
    .join('\n\n')
}

function table(lines: readonly (readonly string[])[]): string {
  const widths = ROW_HEADER.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  const padded = lines.map((line) =>
    line.map((cell, column) => {
      const width = widths[column]!
      return LEFT_COLUMNS.includes(column) ? cell.padEnd(width) : cell.padStart(width)
    })
  )
  return padded.map((line) => `  ${line.join('  ').trimEnd()}`).join('\n')
}

function figureCells({ name, unit, value, floorName = '', floorValue, goal }: TakenFigure): string[] {
  const goalText = goal === undefined ? '' : `at most ${goal} ${unit} ${value <= goal ? 'met' : 'MISSED'}`
  const floorText = floorValue === undefined ? '' : `${amount(floorValue)} ${unit}`
  const ratio = floorValue === undefined ? '' : (value / floorValue).toFixed(2)
  return [name, `${amount(value)} ${unit}`, floorName, floorText, ratio, goalText]
}

/** Three digits say enough of something that is measured. */
function amount(value: number): string {
  return value < 100 ? value.toPrecision(3) : Math.round(value).toString()
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
