import type { Context, ReadOptions } from '@hcfs/core'
import type { RemoteNode } from '@hcfs/sdk'
import type { Command } from 'commander'
import { agoText } from '../command-line/amounts.ts'
import { parseDuration } from '../command-line/duration.ts'
import { examples } from '../command-line/examples.ts'
import type { Output } from '../command-line/output.ts'
import { plainText } from '../command-line/plain-text.ts'
import type { CommandRunner } from '../command-line/session.ts'
import { usageError } from '../command-line/usage-error.ts'
import { readVersion, shortVersion } from '../command-line/version-names.ts'

interface GetFlags {
  readonly at?: string
  readonly after?: string
  readonly timeout?: string
  readonly part?: string
}

const PARTS = ['body', 'fields', 'tags', 'links', 'meta', 'version'] as const

export function addGet(program: Command, runner: CommandRunner): void {
  program
    .command('get')
    .summary('read a context')
    .description('Shows a context. With --part body it prints exactly the text, for other programs.')
    .argument('<path>', 'where the context lives')
    .option('--at <version|time>', 'as it was: a version, the beginning of one, or a time such as 2026-01-31T12:00:00Z')
    .option('--after <token>', 'wait until the node has what the token of a receipt names')
    .option('--timeout <duration>', 'how long to wait for --after (default: 10s)')
    .option('--part <part>', `only one part: ${PARTS.join(', ')}`)
    .addHelpText(
      'after',
      examples(
        ['hcfs get /notes/today', 'all of it, for people'],
        ['hcfs get /notes/today --json', 'all of it, for programs'],
        ['hcfs get /notes/today --part body > today.md', 'exactly its text'],
        ['hcfs get /notes/today --at 3f2a91', 'as it was at a version of hcfs log']
      )
    )
    .action((path: string, flags: GetFlags, command: Command) =>
      runner.withNode(command, async (node, { out, signal }) => {
        const part = partNamed(flags.part)
        const context = await node.contexts.get(path, { ...(await readOptions(path, flags, node)), signal })
        if (part !== undefined) await writePart(out, context, part)
        else if (out.isJson) await out.json(context)
        else await writeContext(out, context)
      })
    )
}

async function readOptions(path: string, { at, after, timeout }: GetFlags, node: RemoteNode): Promise<ReadOptions> {
  return {
    ...(after !== undefined && { after }),
    ...(timeout !== undefined && { timeoutMs: parseDuration(timeout) }),
    ...(at !== undefined && { at: await readVersion(node.contexts, path, at) })
  }
}

function partNamed(text: string | undefined): (typeof PARTS)[number] | undefined {
  const part = PARTS.find((each) => each === text)
  if (text === undefined || part !== undefined) return part
  throw usageError(`--part takes ${PARTS.join(', ')}, not "${text}"`)
}

async function writePart(out: Output, context: Context, part: (typeof PARTS)[number]): Promise<void> {
  const value = context[part]
  if (out.isJson || typeof value !== 'string') await out.json(value)
  else if (part === 'body') await out.text(value)
  else await out.line(value)
}

async function writeContext(out: Output, context: Context): Promise<void> {
  const { paint } = out
  const { path, body, fields, tags, links, meta, version, by, author, updatedAt } = context
  const who = plainText(by?.agent ?? author.slice(0, 12))
  await out.line(`${paint('bold', plainText(path))}  ${paint('cyan', shortVersion(version))}`)
  await out.line(paint('dim', `${agoText(updatedAt, out.nowMs)} by ${who}`))
  if (tags.length > 0) await out.line(`${paint('dim', 'tags ')}  ${tags.map(plainText).join(', ')}`)
  for (const { rel, to } of links) await out.line(`${paint('dim', 'link ')}  ${plainText(rel)} → ${plainText(to)}`)
  for (const [name, value] of Object.entries(meta))
    await out.line(`${paint('dim', 'meta ')}  ${namedText(name, value)}`)
  for (const [name, value] of Object.entries(fields))
    await out.line(`${paint('dim', 'field')}  ${namedText(name, value)}`)
  if (body === '') return
  await out.line('')
  await out.line(body.endsWith('\n') ? body.slice(0, -1) : body)
}

function namedText(name: string, value: unknown): string {
  return `${plainText(name)} = ${plainText(typeof value === 'string' ? value : JSON.stringify(value))}`
}
