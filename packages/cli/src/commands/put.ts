import type { ContextParts } from '@hcfs/core'
import type { RemoteNode } from '@hcfs/sdk'
import type { Command } from 'commander'
import type { ContextFlags } from '../command-line/context-flags.ts'
import { collected, partsOfFlags } from '../command-line/context-flags.ts'
import { examples } from '../command-line/examples.ts'
import { writeReceipt } from '../command-line/receipts.ts'
import type { CommandRunner, Session } from '../command-line/session.ts'
import { readText } from '../command-line/text-input.ts'
import { usageError } from '../command-line/usage-error.ts'
import { readExactVersion } from '../command-line/version-names.ts'

interface PutFlags extends ContextFlags {
  readonly body?: string
  readonly note?: string
  readonly replace?: boolean
  readonly base?: string
  readonly ifVersion?: string
  readonly ifAbsent?: boolean
}

export function addPut(program: Command, runner: CommandRunner): void {
  program
    .command('put')
    .summary('write a context')
    .description(
      'Writes the parts of a context that are named, and keeps the others. Fields, tags, links and meta are replaced as a whole; to change single keys use hcfs edit.'
    )
    .argument('<path>', 'where the context lives, for example /projects/apollo/notes')
    .argument('[file]', 'the body: a text file, or - for standard input')
    .option('--body <text>', 'the body')
    .option('--field <key=value>', 'a field; JSON if it reads as such; may be given several times', collected)
    .option('--fields <json>', 'all fields, as a JSON object')
    .option('--tag <tag>', 'a tag; may be given several times', collected)
    .option('--link <rel=path>', 'a link to another context; may be given several times', collected)
    .option('--title <text>', 'meta: what people call it')
    .option('--kind <word>', 'meta: what sort of context it is')
    .option('--expires <time>', 'meta: from then on reads hide it, for example 2027-01-31T12:00:00Z')
    .option('--meta <key=value>', 'another key of meta; may be given several times', collected)
    .option('--note <text>', 'why, for the history')
    .option('--replace', 'also clear the parts that are not named')
    .option('--base <version>', 'the version you read: only what differs from it is written')
    .option('--if-version <version>', 'write only if this is the current version')
    .option('--if-absent', 'write only if there is no such context')
    .addHelpText(
      'after',
      examples(
        ['hcfs put /notes/today --body "Docking moved to Tuesday"', 'text from the command line'],
        ['hcfs put /notes/today today.md --tag docking', 'text from a file'],
        ['git log -5 | hcfs put /notes/commits -', 'text from another program'],
        ['hcfs put /tasks/42 --field status=open --field priority=2', 'fields'],
        ['hcfs put /tasks/42 --body "" --if-absent --json', 'print the receipt']
      )
    )
    .action((path: string, file: string | undefined, flags: PutFlags, command: Command) =>
      runner.withNode(command, async (node, session) => {
        const parts = await partsOf(file, flags, session)
        const options = await optionsOf(path, flags, node)
        const receipt = await node.contexts.put(path, parts, { ...options, signal: session.signal })
        await writeReceipt(session.out, receipt, receipt.commit === undefined ? 'unchanged' : 'written')
      })
    )
}

async function partsOf(file: string | undefined, flags: PutFlags, session: Session): Promise<ContextParts> {
  if (file !== undefined && flags.body !== undefined) throw usageError('Give the body as FILE or with --body, not both')
  const body = file === undefined ? flags.body : await readText(file, session.environment)
  const parts = { ...(body !== undefined && { body }), ...partsOfFlags(flags) }
  if (Object.keys(parts).length > 0 || flags.replace === true) return parts
  throw usageError('Nothing to write: name a FILE, - for standard input, --body, --field or another part')
}

async function optionsOf(
  path: string,
  { note, replace, base, ifVersion, ifAbsent }: PutFlags,
  { contexts }: RemoteNode
) {
  return {
    ...(note !== undefined && { note }),
    ...(replace !== undefined && { replace }),
    ...(ifAbsent !== undefined && { ifAbsent }),
    ...(base !== undefined && { base: await readExactVersion(contexts, path, base) }),
    ...(ifVersion !== undefined && { ifVersion: await readExactVersion(contexts, path, ifVersion) })
  }
}
