import { spawnSync } from 'node:child_process'
import type { Command } from 'commander'
import { examples } from '../command-line/examples.ts'
import type { CommandRunner, Session } from '../command-line/session.ts'
import { Service } from '../process/service.ts'

type ServiceSession = Pick<Session, 'directory' | 'environment' | 'out'>

export function addService(program: Command, runner: CommandRunner): void {
  const service = program
    .command('service')
    .summary('run the node whenever you log in')
    .description('Lets systemd (Linux) or launchd (macOS) run the node of the data directory for you.')
    .addHelpText(
      'after',
      examples(
        ['hcfs service install', 'start it now, and at every login'],
        ['hcfs service status', 'is it installed'],
        ['hcfs service uninstall', 'stop it, and no longer start it']
      )
    )
  service
    .command('install')
    .description('Declares the service and starts it. Says what it did.')
    .action((_flags: object, command: Command) => runner.alone(command, install))
  service
    .command('uninstall')
    .description('Stops the service and takes its declaration away. The data stay.')
    .action((_flags: object, command: Command) => runner.alone(command, uninstall))
  service
    .command('status')
    .description('Says whether the service is installed; hcfs status says whether the node runs.')
    .action((_flags: object, command: Command) => runner.alone(command, status))
}

async function install(session: ServiceSession): Promise<void> {
  const directory = session.directory.path
  const [program = ''] = process.argv.slice(1)
  const command = [process.execPath, ...process.execArgv, program, 'start', '--dir', directory]
  await reported(session, (service) => service.install({ command, directory }))
}

async function uninstall(session: ServiceSession): Promise<void> {
  await reported(session, (service) => service.uninstall())
}

async function status(session: ServiceSession): Promise<void> {
  const service = serviceOf(session, () => {})
  const isInstalled = await service.isInstalled()
  if (session.out.isJson) await session.out.json({ installed: isInstalled, file: service.file })
  else await session.out.line(isInstalled ? `installed: ${service.file}` : 'not installed')
}

async function reported(session: ServiceSession, work: (service: Service) => Promise<void>): Promise<void> {
  const { out } = session
  const steps: string[] = []
  const service = serviceOf(session, (step) => void steps.push(step))
  await work(service)
  if (out.isJson) return await out.json({ file: service.file, steps })
  for (const step of steps) await out.line(step)
}

function serviceOf({ environment }: Pick<Session, 'environment'>, done: (step: string) => void): Service {
  const { homeDirectory, variables } = environment
  return new Service({ place: { platform: process.platform, homeDirectory, variables }, run: runProgram, done })
}

/** What the program complained about, when it failed. */
function runProgram(program: string, args: readonly string[]): string | undefined {
  const { status, error, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  return status === 0 ? undefined : (error?.message ?? stderr.trim())
}
