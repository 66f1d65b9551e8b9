import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Scenario, Verdict } from './scenarios.ts'

const OUTPUT_BYTES_MAX = 67_108_864

/** Runs every scenario of a suite against a server, and gives its verdict on each. */
export async function verdictsOf(packageName: string, url: string): Promise<Record<string, Verdict>> {
  const program = fileURLToPath(new URL(`../../../node_modules/${packageName}/dist/index.js`, import.meta.url))
  const results = await mkdtemp(join(tmpdir(), 'hcfs-mcp-conformance-'))
  try {
    const args = [program, 'server', '--url', url, '--suite', 'all', '-o', results]
    return verdictsIn(await outputOf(args, results))
  } finally {
    await rm(results, { recursive: true, force: true })
  }
}

/** What each verdict must be: a scenario that is not for us may not change unseen either. */
export function expectedVerdicts(scenarios: Readonly<Record<string, Scenario>>): Record<string, Verdict> {
  return Object.fromEntries(
    Object.entries(scenarios).map(([name, scenario]) => [name, scenario === 'passed' ? 'passed' : scenario.verdict])
  )
}

/** Scenarios that fail make the program fail; what it says is what counts. */
function outputOf(args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd, maxBuffer: OUTPUT_BYTES_MAX }, (_error, stdout, stderr) =>
      resolve(stdout + stderr)
    )
  })
}

function verdictsIn(output: string): Record<string, Verdict> {
  const lines = output
    .slice(output.lastIndexOf('=== SUMMARY ==='))
    .matchAll(/^\S+ ([\w-]+): (\d+) passed, (\d+) failed/gm)
  return Object.fromEntries(
    [...lines].map(([, name = '', passed, failed]) => [name, verdictOf(Number(passed), Number(failed))])
  )
}

function verdictOf(passed: number, failed: number): Verdict {
  if (failed > 0) return 'failed'
  return passed > 0 ? 'passed' : 'unchecked'
}
