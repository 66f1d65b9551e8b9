import type { ApiKeyInfo, CreatedApiKey, MemberRole } from '@hcfs/core'
import type { Command } from 'commander'
import { parseDuration } from '../command-line/duration.ts'
import { examples } from '../command-line/examples.ts'
import type { Output } from '../command-line/output.ts'
import { plainText } from '../command-line/plain-text.ts'
import type { CommandRunner } from '../command-line/session.ts'
import { usageError } from '../command-line/usage-error.ts'

interface CreateFlags {
  readonly role?: string
  readonly under?: string
  readonly name?: string
  readonly expires?: string
}

/** The keys with which programs come to the node over HTTP. */
export function addKey(program: Command, runner: CommandRunner): void {
  const key = program
    .command('key')
    .summary('API keys, for programs that come over HTTP')
    .description('Makes, lists, renews and takes back the keys with which programs come to this node over HTTP.')
    .addHelpText(
      'after',
      examples(
        ['hcfs key create --role write --under /projects/apollo', 'for a program that works on one project'],
        ['hcfs key list', 'what keys there are'],
        ['hcfs key revoke KEY-ID', 'it works no more']
      )
    )
  addCreate(key, runner)
  addList(key, runner)
  addRotate(key, runner)
  addRevokeKey(key, runner)
}

function addCreate(key: Command, runner: CommandRunner): void {
  key
    .command('create')
    .summary('make a key')
    .description('Makes a key and prints it, once: the node keeps only its hash. Send it as authorization: Bearer KEY.')
    .option('--role <role>', 'read, write or admin (default: read)')
    .option('--under <path>', 'the only subtree that the key reaches (default: /)')
    .option('--name <name>', 'who uses it; shown with what it writes')
    .option('--expires <duration>', 'how long it works (default: until it is revoked)')
    .addHelpText(
      'after',
      examples(
        ['hcfs key create --role write --under /projects/apollo --name planner', 'for one agent of one project'],
        ['hcfs key create --role read --expires 7d --json', 'for a program, for a week']
      )
    )
    .action((flags: CreateFlags, command: Command) =>
      runner.withNode(command, async ({ keys }, { out, signal }) => {
        const { under, name, expires } = flags
        const created = await keys.create({
          role: readRole(flags.role ?? 'read'),
          signal,
          ...(under !== undefined && { under }),
          ...(name !== undefined && { name }),
          ...(expires !== undefined && { expiresInMs: parseDuration(expires) })
        })
        await tell(out, created)
      })
    )
}

function addList(key: Command, runner: CommandRunner): void {
  key
    .command('list')
    .summary('the keys that there are')
    .description('Lists the keys of this node: their ids and what they may do, never the keys themselves.')
    .addHelpText('after', examples(['hcfs key list', 'as a table'], ['hcfs key list --json', 'one line of JSON each']))
    .action((_flags: object, command: Command) =>
      runner.withNode(command, async ({ keys }, { out, signal }) => {
        const known = await keys.list({ signal })
        if (out.isJson) {
          for (const each of known) await out.json(each)
          return
        }
        if (known.length === 0) return out.note('There are no keys; hcfs key create makes one')
        await out.table(known, [
          { title: 'ID', cell: ({ id }) => id },
          { title: 'NAME', cell: ({ name }) => plainText(name) },
          { title: 'ROLE', cell: ({ role, under }) => `${role} ${plainText(under)}` },
          { title: 'STATE', cell: stateOf },
          { title: 'EXPIRES', cell: ({ expiresAt }) => expiresAt ?? '' }
        ])
      })
    )
}

function addRotate(key: Command, runner: CommandRunner): void {
  key
    .command('rotate')
    .summary('make a new key in place of one')
    .description('Makes a key with the name, role and subtree of another, which goes on working for the overlap.')
    .argument('<id>', 'the id of the key, from hcfs key list')
    .option('--overlap <duration>', 'how long the old key goes on working (default: 1d)')
    .addHelpText('after', examples(['hcfs key rotate 5f0c1d2e3a4b5c6d --overlap 1h', 'the old one ends in an hour']))
    .action((id: string, { overlap }: { overlap?: string }, command: Command) =>
      runner.withNode(command, async ({ keys }, { out, signal }) => {
        const overlapMs = overlap === undefined ? {} : { overlapMs: parseDuration(overlap) }
        await tell(out, await keys.rotate(id, { ...overlapMs, signal }))
      })
    )
}

function addRevokeKey(key: Command, runner: CommandRunner): void {
  key
    .command('revoke')
    .summary('take a key back')
    .description('Takes a key back at once. What was written with it stays.')
    .argument('<id>', 'the id of the key, from hcfs key list')
    .addHelpText('after', examples(['hcfs key revoke 5f0c1d2e3a4b5c6d', 'it is refused from now on']))
    .action((id: string, _flags: object, command: Command) =>
      runner.withNode(command, async ({ keys }, { out, signal }) => {
        await keys.revoke(id, { signal })
        if (out.isJson) await out.json({ id, revoked: true })
        else await out.line(`revoked ${plainText(id)}`)
      })
    )
}

async function tell(out: Output, created: CreatedApiKey): Promise<void> {
  if (out.isJson) return await out.json(created)
  // On its own line of the results, so that it can be piped.
  await out.line(created.key)
  const { id, name, role, under, expiresAt } = created
  const end = expiresAt === undefined ? 'until it is revoked' : `until ${expiresAt}`
  out.note(`Key ${id} of ${plainText(name)}: ${role} below ${plainText(under)}, ${end}. It is not shown again.`)
}

function stateOf({ state, rotatedTo }: ApiKeyInfo): string {
  return rotatedTo === undefined ? state : `${state}, replaced by ${rotatedTo}`
}

function readRole(text: string): MemberRole {
  if (text === 'read' || text === 'write' || text === 'admin') return text
  throw usageError(`--role takes read, write or admin, not "${text}"`)
}
