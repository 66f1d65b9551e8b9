import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { hasErrorCode, LineLogger } from '@hcfs/core'
import type { McpProfile } from '@hcfs/mcp'
import type { RemoteNode } from '@hcfs/sdk'
import type { Command } from 'commander'
import { Option } from 'commander'
import { countText } from '../command-line/amounts.ts'
import { examples } from '../command-line/examples.ts'
import type { CommandRunner, Session } from '../command-line/session.ts'
import { usageError } from '../command-line/usage-error.ts'
import { startInBackground } from '../process/background-start.ts'
import { isMcpClient, MCP_CLIENTS, mcpConfiguration } from '../process/mcp-configurations.ts'
import { reportUsage } from '../process/usage-reports.ts'
import { VERSION } from '../version.ts'

interface McpFlags {
  readonly profile: McpProfile
  readonly start: boolean
  readonly printConfig?: string
}

/** As in the package, which is loaded only when it is used. */
const PROFILES: readonly McpProfile[] = ['context', 'memory', 'files', 'all']
/** Another `hcfs mcp` may be starting the node right now. */
const OTHER_START_MS_MAX = 15_000
const OTHER_START_PAUSE_MS = 100

export function addMcp(program: Command, runner: CommandRunner): void {
  const mcp = program
    .command('mcp')
    .summary('give agents this store as their memory')
    .description(
      'Serves the Model Context Protocol on standard input and output, for the program of an agent to start. Starts the node of the data directory in the background if none runs.'
    )
    .addOption(new Option('--profile <name>', 'which tools an agent sees').choices(PROFILES).default('context'))
    .option('--no-start', 'fail when no node runs')
    .option('--print-config <client>', `what to paste for ${MCP_CLIENTS.join(', ')}`)
    .addHelpText(
      'after',
      examples(
        ['hcfs mcp --print-config cursor', 'what to paste into its settings'],
        ['hcfs mcp --profile memory', 'the tools of the reference memory server'],
        ['hcfs mcp import-memory memory.jsonl', 'take over its file']
      )
    )
    .action((flags: McpFlags, command: Command) =>
      runner.alone(command, (session) =>
        flags.printConfig === undefined ? serve(session, flags) : printConfiguration(session, flags, flags.printConfig)
      )
    )
  mcp
    .command('import-memory')
    .summary('take over the file of the reference memory server')
    .description('Writes the entities and relations of the file below /memory. Doing it again adds nothing.')
    .argument('<file>', 'its JSONL file, often memory.jsonl')
    .action((file: string, _flags: object, command: Command) =>
      runner.withNode(command, (node, session) => importFile(node, session, file))
    )
}

async function serve(session: Session, { profile, start }: McpFlags): Promise<void> {
  const { environment, signal } = session
  const { clock, stdin, stdout, stderr } = environment
  await using node = await nodeFor(session, start)
  const { serveMcpOverStdio, ToolUsage } = await import('@hcfs/mcp')
  const log = new LineLogger({ clock, write: (line) => void stderr.write(line) })
  const usage = new ToolUsage()
  const ended = new AbortController()
  const reporting = reportUsage({ usage, node, clock }, ended.signal)
  try {
    await serveMcpOverStdio({ node, clock, log, usage }, { profile, version: VERSION, stdin, stdout }, signal)
  } finally {
    ended.abort()
    await reporting
  }
}

async function nodeFor(session: Session, isStarted: boolean): Promise<RemoteNode> {
  try {
    return await session.connect()
  } catch (error) {
    if (!isStarted || !hasErrorCode(error, 'NODE_NOT_RUNNING')) throw error
  }
  try {
    await startInBackground(session.environment, session.directory.path, [])
  } catch (error) {
    if (!hasErrorCode(error, 'DIRECTORY_IN_USE')) throw error
  }
  return await connectSoon(session)
}

async function connectSoon(session: Session): Promise<RemoteNode> {
  const { clock, signal } = session.environment
  const endMs = clock.monotonicMs() + OTHER_START_MS_MAX
  for (;;) {
    try {
      return await session.connect()
    } catch (error) {
      if (!hasErrorCode(error, 'NODE_NOT_RUNNING') || clock.monotonicMs() > endMs) throw error
      await clock.wait(OTHER_START_PAUSE_MS, { signal })
    }
  }
}

async function printConfiguration(session: Session, { profile }: McpFlags, client: string): Promise<void> {
  const { out, environment, directory } = session
  if (!isMcpClient(client)) throw usageError(`--print-config takes one of ${MCP_CLIENTS.join(', ')}, not "${client}"`)
  const name = environment.variables['HCFS_COMMAND'] || 'hcfs'
  // A client starts the command in a folder of its own.
  const command = name.includes('/') ? resolve(environment.workingDirectory, name) : name
  const args = ['mcp', '--dir', directory.path, ...(profile === 'context' ? [] : ['--profile', profile])]
  const { place, text } = mcpConfiguration(client, { command, args })
  out.note(`For ${place}:`)
  if (out.isJson) await out.json({ client, place, text })
  else await out.line(text)
}

async function importFile({ contexts }: RemoteNode, session: Session, file: string): Promise<void> {
  const { out, environment, signal } = session
  const { importMemory } = await import('@hcfs/mcp')
  await using handle = await open(resolve(environment.workingDirectory, file))
  const lines = createInterface({ input: handle.createReadStream(), crlfDelay: Number.POSITIVE_INFINITY })
  const by = { origin: 'import' } as const
  const result = await importMemory(lines, { contexts, clock: environment.clock, by, signal })
  if (out.isJson) return await out.json({ result })
  for (const { line, reason } of result.skipped) out.note(`skipped line ${line}: ${reason}`)
  const { entities, relations, observations } = result
  const parts = [
    countText(entities, 'entity', 'entities'),
    countText(relations, 'relation'),
    countText(observations, 'observation')
  ]
  await out.line(`imported ${parts.join(', ')} (of entities that were there), ${result.skipped.length} skipped`)
}
