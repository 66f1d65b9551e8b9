import { processEnvironment } from './command-line/environment.ts'
import { runCommandLine } from './run-command-line.ts'

/** Runs the command that this process was started for. */
export async function runProcess(): Promise<void> {
  const interrupted = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // A second one ends the process at once: nobody listens any more.
    process.once(signal, () => interrupted.abort())
  }
  // A reader that has seen enough, as in `hcfs ls | head`, is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    process.stderr.write(`error: Standard output does not take the result: ${error.message}\n`)
    process.exit(1)
  })
  process.exitCode = await runCommandLine(process.argv.slice(2), processEnvironment(interrupted.signal))
}
