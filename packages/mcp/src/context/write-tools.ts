import type { Draft, JsonObject, JsonValue } from '@hcfs/core'
import { HcfsError, parsePointer } from '@hcfs/core'
import { z } from 'zod'
import { noteArgument, pathArgument, tokenArgument, versionArgument } from '../tools/arguments.ts'
import type { ToolCall } from '../tools/tool.ts'
import { CHANGES, newTool } from '../tools/tool.ts'
import { jsonOf, written } from './answers.ts'

const linkSchema = z.object({ to: z.string().describe('A path'), rel: z.string().describe('Such as part-of') })
const fieldsSchema = z.record(z.string(), z.json())

export const contextWrite = newTool({
  name: 'context_write',
  title: 'Write a context',
  description:
    'Creates a context, or replaces the parts of it that you name (body, fields, tags, links, title, kind); other parts stay. If you read it before, pass its version: your change is then merged with what others wrote since. For small changes of a long text use context_edit.',
  input: z.object({
    path: pathArgument,
    body: z.string().optional().describe('The text, as a whole'),
    fields: fieldsSchema.optional().describe('Structured data, as a whole'),
    tags: z.array(z.string()).optional(),
    links: z.array(linkSchema).optional(),
    title: z.string().optional(),
    kind: z.string().optional().describe('What it is, such as note, task or decision'),
    version: versionArgument,
    only_new: z.boolean().default(false).describe('Fails if there is a context already'),
    note: noteArgument,
    token: tokenArgument
  }),
  annotations: CHANGES,
  run: async ({ path, body, fields, tags, links, title, kind, version, only_new: ifAbsent, note }, call) => {
    const meta = title === undefined && kind === undefined ? undefined : await metaWith({ path, title, kind }, call)
    const parts = Object.fromEntries(
      Object.entries({ body, fields, tags, links, meta }).filter(([, part]) => part !== undefined)
    )
    const receipt = await call.node.contexts.put(path, parts, {
      by: call.by,
      signal: call.signal,
      ifAbsent,
      ...(version !== undefined && { base: version }),
      ...(note !== undefined && { note })
    })
    return written(receipt, call)
  }
})

export const contextEdit = newTool({
  name: 'context_edit',
  title: 'Edit a context',
  description:
    'Changes single places of a context and leaves the rest: replaces exact pieces of its text, appends, sets or removes single fields, adds or removes tags and links. Changes of others at the same time are kept. All of it happens, or nothing.',
  input: z.object({
    path: pathArgument,
    replace: z
      .array(z.object({ old_text: z.string().min(1), new_text: z.string() }))
      .default([])
      .describe('Each old_text must occur exactly once in the body'),
    append: z.string().optional().describe('Text to add at the end of the body'),
    set: fieldsSchema
      .default({})
      .describe('Fields to set. A key that begins with / is a JSON pointer, such as /owner/name'),
    unset: z.array(z.string()).default([]).describe('Fields to remove'),
    add_tags: z.array(z.string()).default([]),
    remove_tags: z.array(z.string()).default([]),
    add_links: z.array(linkSchema).default([]),
    remove_links: z.array(linkSchema).default([]),
    version: versionArgument,
    note: noteArgument,
    token: tokenArgument
  }),
  annotations: CHANGES,
  run: async ({ path, version, note, ...changes }, call) => {
    const receipt = await call.node.contexts.edit(path, (draft) => applyChanges(draft, changes), {
      by: call.by,
      signal: call.signal,
      ...(version !== undefined && { base: version }),
      ...(note !== undefined && { note })
    })
    return written(receipt, call)
  }
})

interface EditChanges {
  readonly replace: readonly { old_text: string; new_text: string }[]
  readonly append?: string | undefined
  readonly set: Readonly<Record<string, unknown>>
  readonly unset: readonly string[]
  readonly add_tags: readonly string[]
  readonly remove_tags: readonly string[]
  readonly add_links: readonly { to: string; rel: string }[]
  readonly remove_links: readonly { to: string; rel: string }[]
}

function applyChanges(draft: Draft, changes: EditChanges): void {
  for (const { old_text: before, new_text: after } of changes.replace) replaceOnce(draft, before, after)
  if (changes.append !== undefined) draft.body.append(changes.append)
  for (const [key, value] of Object.entries(jsonOf(changes.set))) draft.fields.set(keysOf(key), value as JsonValue)
  for (const key of changes.unset) draft.fields.remove(keysOf(key))
  draft.tags.add(...changes.add_tags)
  draft.tags.remove(...changes.remove_tags)
  for (const link of changes.add_links) draft.links.add(link)
  for (const link of changes.remove_links) draft.links.remove(link)
}

function replaceOnce(draft: Draft, before: string, after: string): void {
  const body = draft.body.toString()
  const count = body.split(before).length - 1
  if (count !== 1) {
    const found = count === 0 ? 'does not occur in the body' : `occurs ${count} times in the body`
    const remedy = count === 0 ? 'read the context and copy the text exactly' : 'add text around it until it is unique'
    throw new HcfsError('CONTENT_INVALID', `An old_text ${found}; ${remedy}. Nothing was changed.`)
  }
  const at = body.indexOf(before)
  draft.body.delete(at, before.length)
  draft.body.insert(at, after)
}

function keysOf(key: string): readonly string[] {
  if (!key.startsWith('/')) return [key]
  const keys = parsePointer(key)
  if (keys === undefined) throw new HcfsError('CONTENT_INVALID', 'A key that begins with / must be a JSON pointer')
  return keys
}

/** A put replaces `meta` as a whole; a title must not take away the rest of it. */
async function metaWith(
  wanted: { path: string; title?: string | undefined; kind?: string | undefined },
  { node, signal }: ToolCall
): Promise<JsonObject> {
  const { path, ...named } = wanted
  const known = await node.contexts.get(path, { signal }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'CONTEXT_NOT_FOUND') return undefined
    throw error
  })
  return { ...known?.meta, ...jsonOf(named) }
}
