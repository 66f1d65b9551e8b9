import type { ReplicaStatus, WaitOutcome } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { Command } from 'commander'
import { countText } from '../command-line/amounts.ts'
import { parseDuration } from '../command-line/duration.ts'
import { examples } from '../command-line/examples.ts'
import { plainText } from '../command-line/plain-text.ts'
import { replicaColumns } from '../command-line/replica-table.ts'
import type { CommandRunner } from '../command-line/session.ts'

const TIMEOUT_MS_DEFAULT = 10_000

export function addWait(program: Command, runner: CommandRunner): void {
  program
    .command('wait')
    .summary('wait until every replica has caught up')
    .description(
      'Waits until every machine that replicates a part of the tree holds on its disk what this node holds now. Exits with 4 when that takes longer than the time given, and says who is missing and why.'
    )
    .argument('[path]', 'wait for the space of this path, and those below it (default: all)')
    .option('--timeout <duration>', 'how long to wait (default: 10s)', parseDuration)
    .addHelpText(
      'after',
      examples(
        ['hcfs wait', 'everything'],
        ['hcfs wait /projects --timeout 60s', 'one part of it, for a minute'],
        ['hcfs put /handover --body done && hcfs wait', 'before another machine goes on']
      )
    )
    .action((path: string | undefined, { timeout }: { timeout?: number }, command: Command) =>
      runner.withNode(command, async ({ network }, { out, signal }) => {
        const timeoutMs = timeout ?? TIMEOUT_MS_DEFAULT
        const outcome = await network.wait({ timeoutMs, signal, ...(path !== undefined && { under: path }) })
        const missing = outcome.replicas.filter(isMissing)
        if (out.isJson) await out.json(outcome)
        else if (missing.length > 0) await out.table(missing, replicaColumns(out.nowMs))
        if (outcome.state === 'not-caught-up') throw notCaughtUp(missing, timeoutMs)
        out.note(caughtUpText(outcome))
      })
    )
}

function isMissing({ state, reason }: ReplicaStatus): boolean {
  return state !== 'caught-up' && reason !== 'other-space'
}

function caughtUpText({ replicas }: WaitOutcome): string {
  const members = new Set(replicas.filter((replica) => !isMissing(replica)).map(({ member }) => member))
  return members.size === 1
    ? 'caught up; this node is the only replica'
    : `caught up: ${countText(members.size, 'replica')}`
}

function notCaughtUp(missing: readonly ReplicaStatus[], timeoutMs: number): HcfsError {
  const names = [...new Set(missing.map(({ name }) => plainText(name)))].join(', ')
  return new HcfsError(
    'NOT_CAUGHT_UP',
    `Not caught up after ${timeoutMs} ms: ${names}; wait longer with --timeout, or see hcfs status for why`,
    { details: { missing: names, timeoutMs } }
  )
}
