// Prints how many tests passed and failed, from the report of Vitest's json
// reporter and the exit code of the run. What no test accounts for counts as one
// failure: a run without a report, a file that could not be loaded, an error
// outside of any test.
// Usage: node .ci/count-tests.mjs REPORT EXIT_CODE
import { readFileSync } from 'node:fs'

const [reportFile, exitCode] = process.argv.slice(2)
const { passed, failed } = countTests(readReport())
const unaccounted = exitCode !== '0' && failed === 0 ? 1 : 0
process.stdout.write(`${passed} ${failed + unaccounted}\n`)

function readReport() {
  try {
    return JSON.parse(readFileSync(reportFile, 'utf8'))
  } catch {
    return undefined
  }
}

function countTests(report) {
  if (report === undefined) return { passed: 0, failed: 1 }
  const unloaded = report.testResults.filter(({ status, assertionResults }) => {
    return status === 'failed' && assertionResults.every((each) => each.status !== 'failed')
  })
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloaded.length }
}
