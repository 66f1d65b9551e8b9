import { HcfsError } from '@hcfs/core'
import { z } from 'zod'
import { tokenArgument } from '../tools/arguments.ts'
import type { ToolAnswer } from '../tools/tool.ts'
import { CHANGES, newTool } from '../tools/tool.ts'
import { FILES_ROOT, MemoryFiles } from './memory-files.ts'

const COMMANDS = ['view', 'create', 'str_replace', 'insert', 'delete', 'rename'] as const

const input = z.object({
  command: z.enum(COMMANDS),
  path: z.string().optional().describe(`A file or folder below ${FILES_ROOT}; not for rename`),
  view_range: z
    .tuple([z.number().int(), z.number().int()])
    .optional()
    .describe('view: first and last line; -1 is the end'),
  file_text: z.string().optional().describe('create: what the file holds'),
  old_str: z.string().optional().describe('str_replace: the text to replace; it must occur once'),
  new_str: z.string().optional().describe('str_replace: what to put there'),
  insert_line: z.number().int().optional().describe('insert: after which line; 0 is the beginning'),
  insert_text: z.string().optional().describe('insert: the text'),
  old_path: z.string().optional().describe('rename: from'),
  new_path: z.string().optional().describe('rename: to'),
  token: tokenArgument
})

/** The commands on `/memories` as one tool. */
export const memoryFilesTool = newTool({
  name: 'memory',
  title: 'Memory files',
  description: `Keeps notes in files below ${FILES_ROOT} that last between conversations. View ${FILES_ROOT} before you begin a task. Commands: view, create, str_replace, insert, delete, rename.`,
  input,
  annotations: CHANGES,
  run: (args, call) => runCommand(args, new MemoryFiles(call))
})

function runCommand(args: z.output<typeof input>, files: MemoryFiles): Promise<ToolAnswer> {
  const given = <Name extends keyof typeof args>(name: Name) => argument(args, name)
  switch (args.command) {
    case 'view':
      return files.view(given('path'), args.view_range)
    case 'create':
      return files.create(given('path'), given('file_text'))
    case 'str_replace':
      return files.replace(given('path'), given('old_str'), args.new_str ?? '')
    case 'insert':
      return files.insert(given('path'), given('insert_line'), given('insert_text'))
    case 'delete':
      return files.delete(given('path'))
    case 'rename':
      return files.rename(given('old_path'), given('new_path'))
  }
}

function argument<Args extends { command: string }, Name extends keyof Args & string>(
  args: Args,
  name: Name
): NonNullable<Args[Name]> {
  const value = args[name]
  if (value !== undefined && value !== null) return value
  throw new HcfsError('BAD_REQUEST', `The command ${args.command} needs ${name}`)
}
