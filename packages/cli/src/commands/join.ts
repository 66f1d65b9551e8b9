import type { Command } from 'commander'
import { examples } from '../command-line/examples.ts'
import type { CommandRunner, Session } from '../command-line/session.ts'
import { usageError } from '../command-line/usage-error.ts'
import { readTicket } from '../process/ticket-files.ts'
import type { StartFlags } from './start.ts'
import { addStartOptions, startNode } from './start.ts'

interface JoinFlags extends StartFlags {
  readonly start?: boolean
}

export function addJoin(program: Command, runner: CommandRunner): void {
  const join = program
    .command('join')
    .summary('join the network of another machine')
    .description(
      'Makes a data directory that belongs to the network of whoever made the ticket. The node that made it has to run. With --start this goes on to run the node.'
    )
    .argument('<ticket>', 'what hcfs invite printed, or @FILE')
    .option('--start', 'go on to run the node')
  addStartOptions(join)
    .addHelpText(
      'after',
      examples(
        ['hcfs join hcfs1… --start', 'join, and run the node'],
        ['hcfs join @ticket.txt', 'only join; hcfs start runs it later']
      )
    )
    .action((text: string, flags: JoinFlags, command: Command) =>
      runner.alone(command, async (session) => {
        if (flags.start !== true && flags.background === true) throw usageError('--background goes with --start')
        const ticket = await readTicket(text, session.environment)
        if (flags.start === true) await startNode(session, { ...flags, join: ticket })
        else await onlyJoin(session, { ticket, name: flags.name })
      })
    )
}

async function onlyJoin(
  { out, directory, environment }: Session,
  { ticket, name }: { ticket: string; name: string | undefined }
): Promise<void> {
  // Loaded here, so that other commands start without the libraries of a node.
  const { openNode } = await import('@hcfs/node')
  const node = await openNode({
    dir: directory.path,
    join: ticket,
    listen: false,
    search: false,
    clock: environment.clock,
    ...(name !== undefined && { name })
  })
  const { id, networkId } = node
  await node.close()
  if (out.isJson) await out.json({ node: id, network: networkId, directory: directory.path })
  else await out.line(`joined the network ${networkId.slice(0, 12)} in ${directory.path}; run it with: hcfs start`)
}
