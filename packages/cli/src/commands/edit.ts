import type { Draft, Receipt } from '@hcfs/core'
import { EMPTY_CONTENT } from '@hcfs/core'
import type { RemoteNode } from '@hcfs/sdk'
import type { Command } from 'commander'
import { collected, readKeys, readLink, readNamedValue } from '../command-line/context-flags.ts'
import { examples } from '../command-line/examples.ts'
import { writeReceipt } from '../command-line/receipts.ts'
import type { CommandRunner, Session } from '../command-line/session.ts'
import { markdownOf, partsOfMarkdown } from '../files/markdown-file.ts'
import { editText } from '../process/editor.ts'

interface EditFlags {
  readonly field?: readonly string[]
  readonly removeField?: readonly string[]
  readonly tag?: readonly string[]
  readonly removeTag?: readonly string[]
  readonly link?: readonly string[]
  readonly removeLink?: readonly string[]
  readonly meta?: readonly string[]
  readonly removeMeta?: readonly string[]
  readonly append?: string
  readonly note?: string
}

export function addEdit(program: Command, runner: CommandRunner): void {
  program
    .command('edit')
    .summary('change a context, in your editor or key by key')
    .description(
      'Opens a context in $VISUAL or $EDITOR, and writes what you changed. With options it changes single keys without an editor. What others write meanwhile is merged.'
    )
    .argument('<path>', 'where the context lives')
    .option('--field <key=value>', 'set a field; the key may be a JSON pointer; repeatable', collected)
    .option('--remove-field <key>', 'remove a field; repeatable', collected)
    .option('--tag <tag>', 'add a tag; repeatable', collected)
    .option('--remove-tag <tag>', 'remove a tag; repeatable', collected)
    .option('--link <rel=path>', 'add a link; repeatable', collected)
    .option('--remove-link <rel=path>', 'remove a link; repeatable', collected)
    .option('--meta <key=value>', 'set a key of meta; repeatable', collected)
    .option('--remove-meta <key>', 'remove a key of meta; repeatable', collected)
    .option('--append <text>', 'add text at the end of the body')
    .option('--note <text>', 'why, for the history')
    .addHelpText(
      'after',
      examples(
        ['hcfs edit /notes/today', 'in your editor'],
        ['hcfs edit /tasks/42 --field status=done --remove-tag urgent', 'key by key']
      )
    )
    .action((path: string, flags: EditFlags, command: Command) =>
      runner.withNode(command, async (node, session) => {
        const { note, ...changes } = flags
        const options = { signal: session.signal, ...(note !== undefined && { note }) }
        const hasChanges = Object.keys(changes).some((name) => name in CHANGES)
        const receipt = hasChanges
          ? await node.contexts.edit(path, (draft) => applyFlags(draft, flags), options)
          : await editByHand({ node, session, path }, options)
        await writeReceipt(session.out, receipt, receipt.commit === undefined ? 'unchanged' : 'edited')
      })
    )
}

/** Each option that changes something, and what it does. */
const CHANGES: Readonly<Record<keyof Omit<EditFlags, 'note'>, (draft: Draft, text: string) => void>> = {
  append: ({ body }, text) => body.append(text),
  field: ({ fields }, text) => {
    const { keys, value } = readNamedValue('field', text)
    fields.set(keys, value)
  },
  removeField: ({ fields }, text) => fields.remove(readKeys(text)),
  meta: ({ meta }, text) => {
    const { keys, value } = readNamedValue('meta', text)
    meta.set(keys, value)
  },
  removeMeta: ({ meta }, text) => meta.remove(readKeys(text)),
  tag: ({ tags }, text) => tags.add(text),
  removeTag: ({ tags }, text) => tags.remove(text),
  link: ({ links }, text) => links.add(readLink(text)),
  removeLink: ({ links }, text) => links.remove(readLink(text))
}

function applyFlags(draft: Draft, flags: EditFlags): void {
  for (const [name, texts] of Object.entries(flags)) {
    const change = Object.entries(CHANGES).find(([known]) => known === name)?.[1]
    for (const text of [texts].flat()) change?.(draft, text)
  }
}

async function editByHand(
  { node, session, path }: { node: RemoteNode; session: Session; path: string },
  options: { note?: string; signal: AbortSignal }
): Promise<Receipt> {
  const context = await node.contexts.get(path)
  const before = markdownOf(context)
  const edited = await editText(session.environment, before)
  try {
    // A part that was taken out of the text shall be gone from the context.
    const parts = { ...EMPTY_CONTENT, ...partsOfMarkdown(edited.text) }
    const receipt = await node.contexts.put(path, parts, { ...options, base: context.version })
    await edited.discard()
    return receipt
  } catch (error) {
    session.out.warn(`Your text was not written; it is in ${edited.file}`)
    throw error
  }
}
