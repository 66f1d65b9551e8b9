import type { ContextParts, JsonObject, Template, TemplateInfo, TemplateReceipt } from '@hcfs/core'
import { FieldEditor } from '@hcfs/core'
import type { Command } from 'commander'
import { countText } from '../command-line/amounts.ts'
import { collected, readNamedValue } from '../command-line/context-flags.ts'
import { examples } from '../command-line/examples.ts'
import type { Output } from '../command-line/output.ts'
import { plainText } from '../command-line/plain-text.ts'
import type { CommandRunner } from '../command-line/session.ts'
import type { Column } from '../command-line/table.ts'
import { usageError } from '../command-line/usage-error.ts'

interface ApplyFlags {
  readonly param?: readonly string[]
  readonly customise?: string
  readonly note?: string
}

const COLUMNS: readonly Column<TemplateInfo>[] = [
  { title: 'NAME', cell: ({ name }) => plainText(name) },
  { title: 'TITLE', cell: ({ title }) => plainText(title ?? '') },
  { title: 'SOURCE', cell: ({ source }) => source }
]

/** Subtrees to begin with. */
export function addTemplate(program: Command, runner: CommandRunner): void {
  const template = program
    .command('template')
    .summary('begin with contexts that somebody thought of')
    .description('Lists, shows and applies templates: those below /templates, and those that come with HCFS.')
    .addHelpText(
      'after',
      examples(
        ['hcfs template list', 'what there is'],
        ['hcfs template show web-app', 'what one makes, and what it wants to know'],
        ['hcfs template apply web-app /projects/shop --param name=Shop', 'make it']
      )
    )
  addList(template, runner)
  addShow(template, runner)
  addApply(template, runner)
  addAdd(template, runner)
}

function addList(template: Command, runner: CommandRunner): void {
  template
    .command('list')
    .summary('the templates that there are')
    .description('Lists the templates of the network and those that come with HCFS.')
    .action((_flags: object, command: Command) =>
      runner.withNode(command, async ({ templates }, { out, signal }) => {
        const known = await templates.list({ signal })
        if (!out.isJson) return await out.table(known, COLUMNS)
        for (const each of known) await out.json(each)
      })
    )
}

function addShow(template: Command, runner: CommandRunner): void {
  template
    .command('show')
    .summary('what a template makes, and what it wants to know')
    .description('Shows the parameters of a template and the contexts that it makes.')
    .argument('<name>', 'as hcfs template list shows it')
    .action((name: string, _flags: object, command: Command) =>
      runner.withNode(command, async ({ templates }, { out, signal }) => {
        const shown = await templates.get(name, { signal })
        if (out.isJson) await out.json(shown)
        else await writeTemplate(out, shown)
      })
    )
}

function addApply(template: Command, runner: CommandRunner): void {
  template
    .command('apply')
    .summary('make the contexts of a template')
    .description(
      'Creates the contexts of a template at and below a path, all or none. What is there already is left as it is.'
    )
    .argument('<name>', 'as hcfs template list shows it')
    .argument('<path>', 'where')
    .option('--param <key=value>', 'a parameter; may be given several times', collected)
    .option('--customise <json>', 'what should differ, by path below: {"/tasks":{"fields":{"sprint":7}}}')
    .option('--note <text>', 'why, for the history')
    .action((name: string, path: string, flags: ApplyFlags, command: Command) =>
      runner.withNode(command, async ({ templates }, { out, signal }) => {
        const { customise, note } = flags
        const receipt = await templates.apply(name, path, {
          signal,
          parameters: parametersOf(flags.param ?? []),
          ...(customise !== undefined && { customise: readChanges(customise) }),
          ...(note !== undefined && { note })
        })
        await writeReceipt(out, receipt)
      })
    )
}

function addAdd(template: Command, runner: CommandRunner): void {
  template
    .command('add')
    .summary('write a template that comes with HCFS below /templates')
    .description(
      'Writes a shipped template below /templates, where the network can change it; it then takes the place of the shipped one.'
    )
    .argument('<name>', 'as hcfs template list shows it')
    .action((name: string, _flags: object, command: Command) =>
      runner.withNode(command, async ({ templates }, { out, signal }) => {
        await writeReceipt(out, await templates.add(name, { signal }))
      })
    )
}

function parametersOf(texts: readonly string[]): JsonObject {
  const editor = new FieldEditor({})
  for (const text of texts) {
    const { keys, value } = readNamedValue('param', text)
    editor.set(keys, value)
  }
  return editor.toJson()
}

/** What the parts of each context are is checked where they are written. */
function readChanges(text: string): Readonly<Record<string, ContextParts>> {
  let changes: unknown
  try {
    changes = JSON.parse(text)
  } catch {
    throw usageError('--customise takes a JSON object, and this is not JSON')
  }
  if (isChanges(changes)) return changes
  throw usageError('--customise takes an object with an object for each path')
}

function isChanges(value: unknown): value is Readonly<Record<string, ContextParts>> {
  return isObject(value) && Object.values(value).every(isObject)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

async function writeTemplate(out: Output, template: Template): Promise<void> {
  const { name, title, source, description, parameters, contexts } = template
  await out.line(`${out.paint('bold', plainText(name))}  ${plainText(title ?? '')}  ${out.paint('dim', source)}`)
  await out.line(plainText(description.trim()))
  await out.line('')
  const required = Array.isArray(parameters['required']) ? parameters['required'] : []
  for (const [key, schema] of Object.entries(parameters['properties'] ?? {})) {
    const isRequired = required.includes(key) ? out.paint('yellow', ' (required)') : ''
    await out.line(
      `${out.paint('dim', 'param  ')}  ${plainText(key)}${isRequired}  ${plainText(JSON.stringify(schema))}`
    )
  }
  for (const path of Object.keys(contexts)) await out.line(`${out.paint('dim', 'context')}  ${plainText(path)}`)
}

async function writeReceipt(out: Output, receipt: TemplateReceipt): Promise<void> {
  if (out.isJson) return await out.json(receipt)
  const { path, created, kept } = receipt
  const rest = kept.length === 0 ? '' : `; ${countText(kept.length, 'context')} stood there already`
  await out.line(`Created ${countText(created.length, 'context')} at ${plainText(path)}${rest}.`)
}
