import { createWriteStream } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Context, ContextPath } from '@hcfs/core'
import { HcfsError, parsePath, ROOT_PATH } from '@hcfs/core'
import type { Command } from 'commander'
import { countText } from '../command-line/amounts.ts'
import { examples } from '../command-line/examples.ts'
import type { CommandRunner, Session } from '../command-line/session.ts'
import { allContexts, writeContextFiles } from '../files/export-contexts.ts'
import { lineOf } from '../files/jsonl-file.ts'

const OWNER_ONLY = 0o600

export function addExport(program: Command, runner: CommandRunner): void {
  program
    .command('export')
    .summary('write contexts to files')
    .description(
      'Writes every context at and below a path to a folder, as Markdown with front matter (or as what its name says), or to one file with a line of JSON for each. hcfs import reads both. History and keys are not in it; for those there is hcfs backup.'
    )
    .argument('<dir|file>', 'a new or empty folder, a new file that ends in .jsonl, or - for standard output')
    .option('--under <path>', 'which contexts', '/')
    .addHelpText(
      'after',
      examples(
        ['hcfs export ./notes --under /notes', 'a folder of Markdown'],
        ['hcfs export everything.jsonl', 'one file'],
        ['hcfs export - | jq .path', 'to another program']
      )
    )
    .action((target: string, { under }: { under: string }, command: Command) =>
      runner.withNode(command, async (node, session) => {
        const from = parsePath(under)
        using progress = session.progress('Exporting')
        const { contexts: total } = await node.status()
        const contexts = counted(allContexts(node.contexts, from, { signal: session.signal }), (done) =>
          progress.update(done, total)
        )
        const count = await exportTo(target, { contexts, under: from, session })
        progress[Symbol.dispose]()
        if (target === '-') return
        if (session.out.isJson) await session.out.json({ target, contexts: count })
        else await session.out.line(`exported ${countText(count, 'context')} to ${target}`)
      })
    )
}

interface Export {
  readonly contexts: AsyncIterable<Context>
  readonly under: ContextPath
  readonly session: Session
}

async function exportTo(target: string, { contexts, under, session }: Export): Promise<number> {
  const moved = movedToRoot(contexts, under)
  const place = resolve(session.environment.workingDirectory, target)
  if (target !== '-' && !target.endsWith('.jsonl')) {
    await makeEmptyFolder(place)
    return writeContextFiles(place, moved)
  }
  let count = 0
  async function* lines(): AsyncGenerator<string> {
    for await (const context of moved) {
      count += 1
      yield `${lineOf(context)}\n`
    }
  }
  if (target === '-') for await (const line of lines()) await session.out.text(line)
  else await pipeline(Readable.from(lines()), createWriteStream(place, { flags: 'wx', mode: OWNER_ONLY }))
  return count
}

/** Paths as they are seen from where the export begins. */
async function* movedToRoot(contexts: AsyncIterable<Context>, under: ContextPath): AsyncGenerator<Context> {
  for await (const context of contexts) {
    if (under === ROOT_PATH) yield context
    else yield { ...context, path: context.path === under ? ROOT_PATH : parsePath(context.path.slice(under.length)) }
  }
}

async function makeEmptyFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  if ((await readdir(folder)).length === 0) return
  throw new HcfsError('BAD_REQUEST', `${folder} is not empty; name a new folder, so that nothing old is mixed in`)
}

async function* counted<Item>(items: AsyncIterable<Item>, onCount: (done: number) => void): AsyncGenerator<Item> {
  let done = 0
  for await (const item of items) {
    yield item
    done += 1
    onCount(done)
  }
}
