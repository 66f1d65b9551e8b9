import { createWriteStream } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Context, ContextPath } from '@hcfs/core'
import { HcfsError, parsePath } from '@hcfs/core'
import type { Command } from 'commander'
import { countText } from '../command-line/amounts.ts'
import { examples } from '../command-line/examples.ts'
import type { CommandRunner, Session } from '../command-line/session.ts'
import { allContexts, writeContextFile } from '../files/export-contexts.ts'
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
  let count = 0
  const inner = (path: ContextPath): ContextPath =>
    under === '/' ? path : parsePath(path === under ? '/' : path.slice(under.length))
  async function* lines(): AsyncGenerator<string> {
    for await (const context of contexts) {
      count += 1
      yield `${lineOf({ ...context, path: inner(context.path) })}\n`
    }
  }
  const place = resolve(session.environment.workingDirectory, target)
  if (target === '-') {
    for await (const line of lines()) await session.out.text(line)
  } else if (target.endsWith('.jsonl')) {
    await pipeline(Readable.from(lines()), createWriteStream(place, { flags: 'wx', mode: OWNER_ONLY }))
  } else {
    await makeEmptyFolder(place)
    for await (const context of contexts) {
      count += 1
      await writeContextFile(place, context, inner(context.path))
    }
  }
  return count
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
