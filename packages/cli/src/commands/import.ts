import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { HcfsError } from '@hcfs/core'
import { parsePath } from '@hcfs/core'
import type { Command } from 'commander'
import { countText } from '../command-line/amounts.ts'
import { examples } from '../command-line/examples.ts'
import { plainText } from '../command-line/plain-text.ts'
import type { CommandRunner, Session } from '../command-line/session.ts'
import { usageError } from '../command-line/usage-error.ts'
import type { FileContext } from '../files/folder-import.ts'
import { contextsInFolder } from '../files/folder-import.ts'
import { filesIn } from '../files/folder-walk.ts'
import type { SkippedFile } from '../files/found-file.ts'
import { importContexts } from '../files/import-contexts.ts'
import { contextsInLines } from '../files/jsonl-file.ts'

interface ImportFlags {
  readonly under: string
  readonly note?: string
  readonly replace?: boolean
}

/** So many skipped files are named one by one; with --json all of them are. */
const SKIPPED_SHOWN_MAX = 20
const LINES_NAME = /\.(?:jsonl|ndjson)$/i

export function addImport(program: Command, runner: CommandRunner): void {
  program
    .command('import')
    .summary('write contexts from files')
    .description(
      'Writes a context for each text file of a folder (front matter becomes fields, tags and title; the fields of JSON files become fields), or for each line of an export in JSONL. Leaves out binary files and what .gitignore names. Run it again to go on: what has not changed is not written again.'
    )
    .argument('<dir|file>', 'a folder, or a file that ends in .jsonl')
    .option('--under <path>', 'where the contexts shall live', '/')
    .option('--note <text>', 'why, for the history')
    .option('--replace', 'also clear the parts of a context that its file does not name')
    .addHelpText(
      'after',
      examples(
        ['hcfs import ./docs --under /docs', 'a folder of Markdown, text, code and JSON'],
        ['hcfs import export.jsonl', 'what hcfs export wrote']
      )
    )
    .action((source: string, flags: ImportFlags, command: Command) =>
      runner.withNode(command, (node, session) => importFrom({ source, flags, session, contexts: node.contexts }))
    )
}

async function importFrom(job: {
  source: string
  flags: ImportFlags
  session: Session
  contexts: Parameters<typeof importContexts>[0]
}): Promise<void> {
  const { source, flags, session, contexts } = job
  const { out, environment, signal } = session
  const place = resolve(environment.workingDirectory, source)
  const stats = await stat(place)
  const isFolder = stats.isDirectory()
  // A pipe has no name to judge by.
  if (stats.isFile() && !LINES_NAME.test(place)) throw notLines(source)
  const skipped: SkippedFile[] = []
  const onSkipped = (each: SkippedFile): void => void skipped.push(each)
  const found = await contextsIn(place, { isFolder, under: flags.under, onSkipped })
  using progress = session.progress('Importing')
  const total = isFolder ? await countFiles(place) : undefined
  const counts = await importContexts(contexts, found, {
    signal,
    replace: flags.replace === true || !isFolder,
    onSkipped,
    onProgress: (done) => progress.update(done + skipped.length, total),
    ...(flags.note !== undefined && { note: flags.note })
  })
  progress[Symbol.dispose]()
  const result = { ...counts, skipped: skipped.length }
  if (out.isJson) {
    for (const each of skipped) await out.json({ skipped: each })
    await out.json({ result })
    return
  }
  tellSkipped(session, skipped)
  await out.line(
    `imported ${countText(result.written, 'context')}, ${result.unchanged.toLocaleString('en-US')} unchanged, ${result.skipped.toLocaleString('en-US')} skipped`
  )
}

function notLines(source: string): HcfsError {
  return usageError(
    `${source} is neither a folder nor a file of lines of JSON (.jsonl); to write one file, run: hcfs put PATH ${source}`
  )
}

async function contextsIn(
  place: string,
  options: { isFolder: boolean; under: string; onSkipped: (skipped: SkippedFile) => void }
): Promise<AsyncIterable<FileContext>> {
  const under = parsePath(options.under)
  if (options.isFolder) return contextsInFolder(place, under, options.onSkipped)
  const handle = await open(place)
  await handle.close()
  const lines = createInterface({ input: createReadStream(place), crlfDelay: Number.POSITIVE_INFINITY })
  return contextsInLines(lines, under, options.onSkipped)
}

async function countFiles(folder: string): Promise<number> {
  let count = 0
  for await (const _ of filesIn(folder, () => {})) count += 1
  return count
}

function tellSkipped({ out }: Session, skipped: readonly SkippedFile[]): void {
  for (const { file, reason } of skipped.slice(0, SKIPPED_SHOWN_MAX)) {
    out.note(`skipped ${plainText(file)}: ${plainText(reason)}`)
  }
  const more = skipped.length - SKIPPED_SHOWN_MAX
  if (more > 0) out.note(`… and ${countText(more, 'other')}; --json names them all`)
}
