import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import type { BenchOptions } from './bench-options.ts'
import { parseBenchOptions, USAGE } from './bench-options.ts'
import { measure, takeFigures } from './measure.ts'
import type { SuiteReport } from './report.ts'
import { reportTable } from './report.ts'
import { SUITES } from './suites.ts'

const RESULTS_FOLDER = join(import.meta.dirname, 'results')

async function runSuites({ selected, effort }: BenchOptions): Promise<SuiteReport[]> {
  const reports: SuiteReport[] = []
  for (const { suite, sizes } of selected) {
    for (const size of sizes) {
      const { rows, figures = [], close } = await suite.open(size)
      const report = {
        suite: suite.name,
        size,
        unit: suite.unit,
        rows: await measure(rows, effort),
        figures: await takeFigures(figures, effort)
      }
      await close?.()
      console.log(`${reportTable([report])}\n`)
      reports.push(report)
    }
  }
  return reports
}

function writeResults(reports: readonly SuiteReport[]): void {
  const machine = { node: process.version, processor: cpus()[0]?.model, processors: cpus().length }
  mkdirSync(RESULTS_FOLDER, { recursive: true })
  const file = join(RESULTS_FOLDER, 'latest.json')
  writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), machine, reports }, null, 2)}\n`)
  console.log(`Ratios compare within this run only. Written to ${file}`)
}

try {
  writeResults(await runSuites(parseBenchOptions(process.argv.slice(2), SUITES)))
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\nUsage: ${USAGE}`)
  process.exitCode = 1
}
