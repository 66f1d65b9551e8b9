#!/usr/bin/env node
import { processEnvironment } from './command-line/environment.ts'
import { runCommandLine } from './run-command-line.ts'

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // A second one ends the process at once: nobody listens any more.
  process.once(signal, () => interrupted.abort())
}
// A reader that has seen enough, as in `hcfs ls | head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})
process.exitCode = await runCommandLine(process.argv.slice(2), processEnvironment(interrupted.signal))
