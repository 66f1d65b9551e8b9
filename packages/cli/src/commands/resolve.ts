import type { EffectiveContext, EffectiveSource, LeftOut, ResolveOptions } from '@hcfs/core'
import { EFFECTIVE_FORMATS, fitEffective, renderEffective } from '@hcfs/core'
import type { Command } from 'commander'
import { Option } from 'commander'
import { parseDuration } from '../command-line/duration.ts'
import { examples } from '../command-line/examples.ts'
import { readCount } from '../command-line/numbers.ts'
import type { Output } from '../command-line/output.ts'
import { plainText } from '../command-line/plain-text.ts'
import type { CommandRunner } from '../command-line/session.ts'
import type { Column } from '../command-line/table.ts'
import { shortVersion } from '../command-line/version-names.ts'

interface ResolveFlags {
  readonly blame?: boolean
  readonly as?: (typeof FORMATS)[number]
  readonly maxTokens?: string
  readonly top?: string
  readonly after?: string
  readonly timeout?: string
}

const FORMATS = ['json', ...EFFECTIVE_FORMATS] as const

export function addResolve(program: Command, runner: CommandRunner): void {
  program
    .command('resolve')
    .summary('what a path inherits from everything above it')
    .description(
      'Shows what a context amounts to together with the contexts above it, by the rules they declare in meta.inherit. Also for a path where nothing is written yet.'
    )
    .argument('<path>', 'where the work is done')
    .option('--blame', 'also which context, commit and rule gave each value, and whose value it replaced')
    .addOption(new Option('--as <format>', 'the form of the result (default: for people)').choices(FORMATS))
    .option('--max-tokens <count>', 'leave out what has no room, the farthest and least important first')
    .option('--top <path>', 'look at nothing above this path')
    .option('--after <token>', 'wait until the node has what the token of a receipt names')
    .option('--timeout <duration>', 'how long to wait for --after (default: 10s)')
    .addHelpText(
      'after',
      examples(
        ['hcfs resolve /projects/apollo/tasks/42', 'for people'],
        ['hcfs resolve /projects/apollo/tasks/42 --blame', 'who gave what'],
        ['hcfs resolve /projects/apollo --as claude-md > CLAUDE.md', 'for an agent that reads files'],
        ['hcfs resolve /projects/apollo --as markdown --max-tokens 2000', 'what fits into a prompt']
      )
    )
    .action((path: string, flags: ResolveFlags, command: Command) =>
      runner.withNode(command, async (node, { out, signal }) => {
        const context = await node.contexts.resolve(path, { ...resolveOptions(flags), signal })
        await write(out, context, flags)
      })
    )
}

function resolveOptions({ blame, top, after, timeout }: ResolveFlags): ResolveOptions {
  return {
    ...(blame === true && { blame: 'keys' }),
    ...(top !== undefined && { top }),
    ...(after !== undefined && { after }),
    ...(timeout !== undefined && { timeoutMs: parseDuration(timeout) })
  }
}

async function write(out: Output, context: EffectiveContext, flags: ResolveFlags): Promise<void> {
  const budget = flags.maxTokens === undefined ? {} : { tokensMax: readCount('max-tokens', flags.maxTokens) }
  const { as } = flags
  const isForPrograms = out.isJson || as === 'json'
  if (!isForPrograms) warnOfViolations(out, context)
  if (as !== undefined && as !== 'json') return await writeRendered(out, context, { as, ...budget })
  const { tokensMax } = budget
  const fitted = tokensMax === undefined ? { context, leftOut: [] } : fitEffective(context, { tokensMax })
  if (isForPrograms) {
    return await out.json({ ...fitted.context, ...(tokensMax !== undefined && { leftOut: fitted.leftOut }) })
  }
  await writeContext(out, fitted.context)
  noteLeftOut(out, fitted.leftOut)
  if (flags.blame === true) await writeBlame(out, fitted.context)
}

function warnOfViolations(out: Output, { violations }: EffectiveContext): void {
  for (const { kind, key, path, ruleFrom } of violations) {
    out.warn(`${plainText(key)} of ${plainText(path)} ${VIOLATIONS[kind]} ${plainText(ruleFrom)}`)
  }
}

const VIOLATIONS = {
  denied: 'is left out: denied by',
  locked: 'is left out: locked by',
  'does-not-fit': 'is taken as it is: its type does not fit the rule of'
} as const

async function writeRendered(
  out: Output,
  context: EffectiveContext,
  options: NonNullable<Parameters<typeof renderEffective>[1]>
): Promise<void> {
  const rendered = renderEffective(context, options)
  if (out.isJson) return await out.json({ path: context.path, ...rendered })
  await out.text(rendered.text)
  noteLeftOut(out, rendered.leftOut)
}

function noteLeftOut(out: Output, leftOut: readonly LeftOut[]): void {
  if (leftOut.length === 0) return
  const names = leftOut.map(({ key, from, tokens }) => `${plainText(key)} of ${plainText(from)} (~${tokens} tokens)`)
  out.note(`Left out for lack of room: ${names.join(', ')}`)
}

async function writeContext(out: Output, context: EffectiveContext): Promise<void> {
  const { paint } = out
  const { path, version, chain, body, tags, links, meta, fields } = context
  const name = version === undefined ? paint('dim', 'nothing written here yet') : paint('cyan', shortVersion(version))
  await out.line(`${paint('bold', plainText(path))}  ${name}`)
  await out.line(paint('dim', `from ${chain.map((source) => plainText(source.path)).join(', ')}`))
  if (tags.length > 0) await out.line(`${paint('dim', 'tags ')}  ${tags.map(plainText).join(', ')}`)
  for (const { rel, to } of links) await out.line(`${paint('dim', 'link ')}  ${plainText(rel)} → ${plainText(to)}`)
  for (const [key, value] of Object.entries(meta)) await out.line(`${paint('dim', 'meta ')}  ${namedText(key, value)}`)
  for (const [key, value] of Object.entries(fields))
    await out.line(`${paint('dim', 'field')}  ${namedText(key, value)}`)
  if (body === '') return
  await out.line('')
  await out.line(body.endsWith('\n') ? body.slice(0, -1) : body)
}

async function writeBlame(out: Output, { blame }: EffectiveContext): Promise<void> {
  const rows = Object.entries(blame).map(([key, value]) => ({ key, ...value }))
  if (rows.length === 0) return
  await out.line('')
  await out.table(rows, BLAME_COLUMNS)
}

type BlameRow = EffectiveContext['blame'][string] & { readonly key: string }

const BLAME_COLUMNS: readonly Column<BlameRow>[] = [
  { title: 'KEY', cell: ({ key }) => plainText(key) },
  { title: 'FROM', cell: ({ from }) => from.map(({ path }) => plainText(path)).join(', ') },
  { title: 'COMMIT', cell: ({ from }) => from.map(({ commit }) => commit?.slice(0, 12) ?? '').join(', ') },
  { title: 'BY', cell: ({ from }) => from.map(whoOf).join(', ') },
  {
    title: 'RULE',
    cell: ({ rule, ruleFrom }) => (ruleFrom === undefined ? rule : `${rule} of ${plainText(ruleFrom)}`)
  },
  { title: 'REPLACED', cell: ({ shadowed }) => shadowed.map(({ path }) => plainText(path)).join(', ') }
]

function whoOf({ by, author }: EffectiveSource): string {
  return plainText(by?.agent ?? author.slice(0, 12))
}

function namedText(name: string, value: unknown): string {
  return `${plainText(name)} = ${plainText(typeof value === 'string' ? value : JSON.stringify(value))}`
}
