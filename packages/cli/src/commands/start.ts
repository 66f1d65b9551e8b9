import type { Command } from 'commander'
import { collected } from '../command-line/context-flags.ts'
import { examples } from '../command-line/examples.ts'
import { HTTP_DEFAULT, parseHttpPlace } from '../command-line/http-place.ts'
import type { NetworkFlags } from '../command-line/network-flags.ts'
import { LISTEN_DEFAULT, networkArguments, networkSettingsOf, ticketFileOf } from '../command-line/network-flags.ts'
import type { CommandRunner, Session } from '../command-line/session.ts'
import { usageError } from '../command-line/usage-error.ts'
import { startInBackground } from '../process/background-start.ts'
import type { NodeSettings } from '../process/node-settings.ts'
import { readSettings } from '../process/node-settings.ts'
import { serveUntilStopped } from '../process/serve-until-stopped.ts'
import { readTicket } from '../process/ticket-files.ts'

export interface StartFlags extends NetworkFlags {
  readonly name?: string
  readonly durability?: string
  readonly background?: boolean
  readonly http?: string
  readonly httpWithoutKey?: boolean
}

export function addStart(program: Command, runner: CommandRunner): void {
  const start = program
    .command('start')
    .summary("run this machine's node")
    .description(
      'Runs the node of the data directory, and makes one where there is none. Stays in the foreground until it gets SIGINT (ctrl-c), SIGTERM or hcfs stop, and then ends within 5 s.'
    )
  addStartOptions(start)
    .option('--join <ticket>', 'first join the network of a ticket, or of @FILE; a member of it goes on as it is')
    .addHelpText(
      'after',
      examples(
        ['hcfs start', 'run in this terminal'],
        ['hcfs start --background', 'run on after this terminal is closed'],
        ['hcfs start --listen /ip4/0.0.0.0/tcp/4001', 'reachable for other nodes at a port of your choice'],
        ['hcfs start --dir ./data --json', 'print one line of JSON when it serves, for programs']
      )
    )
    .action((flags: StartFlags, command: Command) =>
      runner.alone(command, async (session) => {
        const { join } = flags
        const ticket = join === undefined ? {} : { join: await readTicket(join, session.environment) }
        await startNode(session, { ...flags, ...ticket })
      })
    )
}

/** What both `start` and `join --start` take. */
export function addStartOptions(command: Command): Command {
  return command
    .option('--name <name>', 'what people call this machine (default: the host name)')
    .option('--durability <how>', 'disk: a write returns after its fsync; buffered: before it (default: disk)')
    .option('--http <place>', 'HOST:PORT of the HTTP face, or off; port 0 is any that is free (default: 127.0.0.1:0)')
    .option('--http-without-key', 'serve programs of this machine over HTTP also without an API key')
    .option(
      '--listen <multiaddr>',
      'where other nodes reach this one, or off; repeatable (default: all interfaces, a port chosen once and kept)',
      collected
    )
    .option(
      '--announce <multiaddr>',
      'where others reach it that it cannot see itself, as behind a router; repeatable',
      collected
    )
    .option('--discover', 'find members on the local network by mDNS')
    .option('--relay', 'let members that cannot reach each other meet here')
    .option('--ticket-file <file>', 'leave a ticket there for nodes that start with --join @FILE')
    .option('--ticket-uses <count>', 'how many machines may use that ticket (default: 1)')
    .option('--background', 'return once the node serves; its log is log/node.log of the data directory')
}

export async function startNode(session: Session, flags: StartFlags): Promise<void> {
  if (flags.background === true) await background(session, flags)
  else await foreground(session, flags)
}

async function foreground(session: Session, flags: StartFlags): Promise<void> {
  const settings = { ...(await readSettings(session.directory.path)), ...settingsOf(flags) }
  const face = parseHttpPlace(flags.http ?? HTTP_DEFAULT, flags.httpWithoutKey === true)
  const ticketFile = ticketFileOf(flags, session)
  const whole = {
    listen: LISTEN_DEFAULT,
    ...settings,
    ...(face && { http: face }),
    ...(flags.join !== undefined && { join: flags.join }),
    ...(ticketFile && { ticketFile })
  }
  await serveUntilStopped(session, whole, async ({ status, logFile, http, listen }) => {
    const { out, directory } = session
    // Programs wait for this one line.
    if (out.isJson) {
      await out.json({ ready: true, node: status.node, network: status.network, listen, http })
      return
    }
    await out.line(
      `${out.paint('green', 'ready')}  node ${status.name} (${status.node.slice(0, 12)}) in ${directory.path}`
    )
    await out.line(
      `       writes return ${status.durability === 'disk' ? 'when they are on the disk' : 'before they are on the disk'}; log: ${logFile}`
    )
    for (const address of listen) await out.line(`       other nodes reach it at ${address}`)
    if (http !== null) await out.line(`       HTTP at ${http}, for programs with a key of: hcfs key create`)
    await out.line('')
    const { name, hint } = commandWords(session)
    await out.line('Next, in another terminal:')
    await out.line(`  ${name} put /hello --body "Hello"${hint}`)
    await out.line(`  ${name} get /hello${hint}`)
    await out.line(`  ${name} invite${hint}`)
    await out.line(`  ${name} --help`)
    await out.line(out.paint('dim', `Stop it with ctrl-c, or with: ${name} stop${hint}`))
  })
}

async function background(session: Session, flags: StartFlags): Promise<void> {
  const { out, directory } = session
  const { name, durability } = settingsOf(flags)
  const ready = await startInBackground(session.environment, directory.path, [
    ...(name === undefined ? [] : ['--name', name]),
    ...(durability === undefined ? [] : ['--durability', durability]),
    ...(flags.http === undefined ? [] : ['--http', flags.http]),
    ...(flags.httpWithoutKey === true ? ['--http-without-key'] : []),
    ...networkArguments(flags)
  ])
  if (out.isJson) await out.json(ready)
  else await out.line(`The node of ${directory.path} runs in the background; stop it with: hcfs stop`)
}

function settingsOf({ name, durability, ...flags }: StartFlags): NodeSettings {
  if (durability !== undefined && durability !== 'disk' && durability !== 'buffered') {
    throw usageError(`--durability takes disk or buffered, not "${durability}"`)
  }
  return {
    ...(name !== undefined && { name }),
    ...(durability !== undefined && { durability }),
    ...networkSettingsOf(flags)
  }
}

/** How the command is called here, and what it needs to find this node. */
function commandWords({ directory, environment }: Session): { name: string; hint: string } {
  const name = environment.variables['HCFS_COMMAND'] || 'hcfs'
  // Other terminals find the directory by themselves unless it was named for this command alone.
  return { name, hint: directory.source === 'option' ? ` --dir ${directory.path}` : '' }
}
