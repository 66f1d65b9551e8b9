import type { Clock } from '@hcfs/core'
import { HcfsError, hasErrorCode } from '@hcfs/core'
import type { RemoteNode } from '@hcfs/sdk'
import { connect } from '@hcfs/sdk'
import type { Command } from 'commander'
import { examples } from '../command-line/examples.ts'
import type { CommandRunner } from '../command-line/session.ts'
import { holderOf, isRunning } from '../process/holder.ts'

/** A node stops within 5 s; one that does not has a reason that its log tells. */
const GONE_MS_MAX = 10_000
const LOOK_PAUSE_MS = 50

export function addStop(program: Command, runner: CommandRunner): void {
  program
    .command('stop')
    .summary('stop the node of the data directory')
    .description('Asks the node to stop, and waits until it is gone.')
    .addHelpText('after', examples(['hcfs stop', 'stop, and return when it is done']))
    .action((_flags: object, command: Command) =>
      runner.alone(command, async (session) => {
        const dir = session.directory.path
        const process = await holderOf(dir)
        await askToStop(await session.connect())
        await waitUntilGone({ dir, process }, session.environment)
        if (session.out.isJson) await session.out.json({ stopped: true, dir })
        else await session.out.line(`The node of ${dir} has stopped.`)
      })
    )
}

async function askToStop(node: RemoteNode): Promise<void> {
  await using asked = node
  await asked.stop()
}

async function waitUntilGone(
  { dir, process }: { dir: string; process: number | undefined },
  { clock }: { clock: Clock }
): Promise<void> {
  const until = clock.monotonicMs() + GONE_MS_MAX
  while ((await isServing(dir)) || (process !== undefined && isRunning(process))) {
    if (clock.monotonicMs() > until) {
      throw new HcfsError('TIMED_OUT', `The node has not stopped yet; its log says why: ${dir}/log/node.log`)
    }
    await clock.wait(LOOK_PAUSE_MS)
  }
}

async function isServing(dir: string): Promise<boolean> {
  try {
    await using node = await connect({ dir })
    return node !== undefined
  } catch (error) {
    return !hasErrorCode(error, 'NODE_NOT_RUNNING')
  }
}
