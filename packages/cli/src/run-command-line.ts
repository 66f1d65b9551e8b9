import { HcfsError } from '@hcfs/core'
import { CommanderError } from 'commander'
import { paintFor } from './command-line/colours.ts'
import type { Environment } from './command-line/environment.ts'
import { failureOf, failureText } from './command-line/failure.ts'
import { buildProgram } from './program.ts'

const USAGE_EXIT_CODE = 2

/** Runs one command and gives the exit code. Everything that can go wrong ends here. */
export async function runCommandLine(args: readonly string[], environment: Environment): Promise<number> {
  try {
    await buildProgram(environment, { isJson: args.includes('--json') }).parseAsync(args, { from: 'user' })
    return 0
  } catch (thrown) {
    if (thrown instanceof CommanderError) return reportUsage(thrown, args, environment)
    return reportFailure(thrown, args, environment)
  }
}

/** Commander has said it to people already. */
function reportUsage(thrown: CommanderError, args: readonly string[], environment: Environment): number {
  if (thrown.exitCode === 0) return 0
  if (!args.includes('--json')) return USAGE_EXIT_CODE
  const message = thrown.code === 'commander.help' ? 'No command is named' : thrown.message.replace(/^error: /, '')
  return reportFailure(new HcfsError('BAD_REQUEST', `${message}; hcfs --help shows how it is used`), args, environment)
}

function reportFailure(thrown: unknown, args: readonly string[], { stderr, variables }: Environment): number {
  const failure = failureOf(thrown)
  if (args.includes('--json')) {
    stderr.write(`${JSON.stringify(failure.error)}\n`)
    return failure.exitCode
  }
  const paint = paintFor(stderr, { isWanted: !args.includes('--no-color'), noColor: variables['NO_COLOR'] })
  stderr.write(`${failureText(failure, paint)}\n`)
  return failure.exitCode
}
