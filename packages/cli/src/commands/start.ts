import type { Command } from 'commander'
import { examples } from '../command-line/examples.ts'
import { HTTP_DEFAULT, parseHttpPlace } from '../command-line/http-place.ts'
import type { CommandRunner, Session } from '../command-line/session.ts'
import { usageError } from '../command-line/usage-error.ts'
import { startInBackground } from '../process/background-start.ts'
import type { NodeSettings } from '../process/node-settings.ts'
import { readSettings } from '../process/node-settings.ts'
import { serveUntilStopped } from '../process/serve-until-stopped.ts'

interface StartFlags {
  readonly name?: string
  readonly durability?: string
  readonly background?: boolean
  readonly http?: string
  readonly httpWithoutKey?: boolean
}

export function addStart(program: Command, runner: CommandRunner): void {
  program
    .command('start')
    .summary("run this machine's node")
    .description(
      'Runs the node of the data directory, and makes one where there is none. Stays in the foreground until it gets SIGINT (ctrl-c), SIGTERM or hcfs stop, and then ends within 5 s.'
    )
    .option('--name <name>', 'what people call this machine (default: the host name)')
    .option('--durability <how>', 'disk: a write returns after its fsync; buffered: before it (default: disk)')
    .option('--http <place>', 'HOST:PORT of the HTTP face, or off; port 0 is any that is free (default: 127.0.0.1:0)')
    .option('--http-without-key', 'serve programs of this machine over HTTP also without an API key')
    .option('--background', 'return once the node serves; its log is log/node.log of the data directory')
    .addHelpText(
      'after',
      examples(
        ['hcfs start', 'run in this terminal'],
        ['hcfs start --background', 'run on after this terminal is closed'],
        ['hcfs start --dir ./data --json', 'print one line of JSON when it serves, for programs']
      )
    )
    .action((flags: StartFlags, command: Command) =>
      runner.alone(command, (session) =>
        flags.background === true ? background(session, flags) : foreground(session, flags)
      )
    )
}

async function foreground(session: Session, flags: StartFlags): Promise<void> {
  const settings = { ...(await readSettings(session.directory.path)), ...settingsOf(flags) }
  const face = parseHttpPlace(flags.http ?? HTTP_DEFAULT, flags.httpWithoutKey === true)
  await serveUntilStopped(session, { ...settings, ...(face && { http: face }) }, async ({ status, logFile, http }) => {
    const { out, directory } = session
    // Programs wait for this one line.
    if (out.isJson) {
      await out.json({ ready: true, node: status.node, network: status.network, listen: [], http })
      return
    }
    await out.line(
      `${out.paint('green', 'ready')}  node ${status.name} (${status.node.slice(0, 12)}) in ${directory.path}`
    )
    await out.line(
      `       writes return ${status.durability === 'disk' ? 'when they are on the disk' : 'before they are on the disk'}; log: ${logFile}`
    )
    if (http !== null) await out.line(`       HTTP at ${http}, for programs with a key of: hcfs key create`)
    await out.line('')
    const { name, hint } = commandWords(session)
    await out.line('Next, in another terminal:')
    await out.line(`  ${name} put /hello --body "Hello"${hint}`)
    await out.line(`  ${name} get /hello${hint}`)
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
    ...(flags.httpWithoutKey === true ? ['--http-without-key'] : [])
  ])
  if (out.isJson) await out.json(ready)
  else await out.line(`The node of ${directory.path} runs in the background; stop it with: hcfs stop`)
}

function settingsOf({ name, durability }: StartFlags): NodeSettings {
  if (durability !== undefined && durability !== 'disk' && durability !== 'buffered') {
    throw usageError(`--durability takes disk or buffered, not "${durability}"`)
  }
  return { ...(name !== undefined && { name }), ...(durability !== undefined && { durability }) }
}

/** How the command is called here, and what it needs to find this node. */
function commandWords({ directory, environment }: Session): { name: string; hint: string } {
  const name = environment.variables['HCFS_COMMAND'] || 'hcfs'
  // Other terminals find the directory by themselves unless it was named for this command alone.
  return { name, hint: directory.source === 'option' ? ` --dir ${directory.path}` : '' }
}
