import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const README = '# X\n\n## Test\n\nHow:\n\n```sh\nnpm test\n```\n\n## Other\n\n```sh\nother\n```\n'
const STEPS = 6

interface GateOptions {
  readonly readme?: string
  /** What the stand-in for npm does as the body of a shell `case`, by its first arguments. */
  readonly npm?: string
  /** What the stand-in for the command does, as a shell script. */
  readonly hcfs?: string
}

/** Comes up and stays until it is stopped. */
const NODE = 'start) echo ready; exec sleep 60;;'
/** Keeps the one body that the gate writes, and gives it back. */
const HCFS = 'case "$1" in put) printf %s "$4" > kept;; get) printf \'{"body":"%s"}\' "$(cat kept)";; esac'

/** Runs the gate in a folder of its own, where npm is a shell script. */
function runGate({ readme = README, npm = '', hcfs = HCFS }: GateOptions) {
  const folder = mkdtempSync(join(tmpdir(), 'hcfs-gate-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  cpSync(join(ROOT, '.ci'), join(folder, '.ci'), { recursive: true })
  cpSync(join(ROOT, 'scripts'), join(folder, 'scripts'), { recursive: true })
  write('README.md', readme)
  write('package.json', '{}')
  write('package-lock.json', '{ "packages": { "": {} } }')
  write('packages/core/package.json', '{}')
  write('bin/npm', `#!/bin/sh\ncase "$*" in\n${npm}\n${NODE}\n*) exit 0;;\nesac\n`)
  write('bin/hcfs', `#!/bin/sh\n${hcfs}\n`)
  for (const name of ['npm', 'hcfs']) chmodSync(join(folder, 'bin', name), 0o755)
  const { stdout, status } = spawnSync(join(folder, '.ci/run'), {
    env: { PATH: `${join(folder, 'bin')}:${dirname(process.execPath)}:/usr/bin:/bin`, CI: 'true' },
    encoding: 'utf8'
  })
  return { stdout, status, lastLine: stdout.trimEnd().split('\n').at(-1) }
}

function reports(report: object, exitCode = 0): string {
  return `test) echo '${JSON.stringify(report)}' > "$HCFS_TEST_REPORT"; exit ${exitCode};;`
}

const allPassed = { numPassedTests: 12, numFailedTests: 0, testResults: [] }

test('a good run counts each test and each step', () => {
  const { lastLine, status } = runGate({ npm: reports(allPassed) })

  expect(lastLine).toBe(`${12 + STEPS} passed, 0 failed`)
  expect(status).toBe(0)
})

test('a failing step is counted and does not hide the ones after it', () => {
  const { stdout, lastLine, status } = runGate({ npm: `${reports(allPassed)}\n*\\ lint) exit 1;;` })

  expect(stdout).toContain('=== lint FAILED')
  expect(stdout).toContain('=== npm start passed')
  expect(lastLine).toBe(`${12 + STEPS - 1} passed, 1 failed`)
  expect(status).toBe(1)
})

test('a node that does not come up fails its step', () => {
  const { stdout, lastLine } = runGate({ npm: `${reports(allPassed)}\nstart) echo no; exit 1;;` })

  expect(stdout).toContain('=== npm start FAILED')
  expect(lastLine).toBe(`${12 + STEPS - 1} passed, 1 failed`)
})

test('a node that gives back something else fails its step', () => {
  const { lastLine } = runGate({ npm: reports(allPassed), hcfs: 'echo \'{"body":"other"}\'' })

  expect(lastLine).toBe(`${12 + STEPS - 1} passed, 1 failed`)
})

test('failing tests are counted once', () => {
  const assertionResults = [{ status: 'failed' }, { status: 'failed' }]
  const report = { ...allPassed, numFailedTests: 2, testResults: [{ status: 'failed', assertionResults }] }

  expect(runGate({ npm: reports(report, 1) }).lastLine).toBe(`${12 + STEPS} passed, 2 failed`)
})

test('a test file that could not be loaded is one failure, beside those of other files', () => {
  const [unloaded, withFailure] = [[], [{ status: 'failed' }]].map((assertionResults) => {
    return { status: 'failed', assertionResults }
  })
  const report = { ...allPassed, numFailedTests: 1, testResults: [unloaded, withFailure] }

  expect(runGate({ npm: reports(report, 1) }).lastLine).toBe(`${12 + STEPS} passed, 2 failed`)
})

test('an error outside of any test is one failure', () => {
  expect(runGate({ npm: reports(allPassed, 1) }).lastLine).toBe(`${12 + STEPS} passed, 1 failed`)
})

test.each(['test) exit 0;;', 'test) exit 1;;', 'test) echo "{" > "$HCFS_TEST_REPORT"; exit 1;;'])(
  'a run that leaves no report is one failure: %s',
  (npm) => {
    const { lastLine, status } = runGate({ npm })

    expect(lastLine).toBe(`${STEPS} passed, 1 failed`)
    expect(status).toBe(1)
  }
)

test('a README without a test command is one failure', () => {
  expect(runGate({ readme: '# X\n\n## Other\n\n```sh\nnpm test\n```\n' }).lastLine).toBe(`${STEPS} passed, 1 failed`)
})

test('the tests run as the README says', () => {
  const readme = README.replace('npm test', 'npm run everything')
  const npm = `run\\ everything) ${reports(allPassed).slice('test)'.length)}`

  expect(runGate({ readme, npm }).lastLine).toBe(`${12 + STEPS} passed, 0 failed`)
})
