import type { JsonObject, ReindexProgress } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { Command } from 'commander'
import { countText } from '../command-line/amounts.ts'
import { examples } from '../command-line/examples.ts'
import { plainText } from '../command-line/plain-text.ts'
import type { CommandRunner } from '../command-line/session.ts'
import { embedderFrom, isEmbedder } from '../process/embedder-text.ts'
import { readSettings, withSetting, writeSettings } from '../process/node-settings.ts'

const PHASES: Readonly<Record<ReindexProgress['phase'], string>> = {
  words: 'Reading contexts',
  vectors: 'Making vectors',
  graph: 'Arranging vectors'
}

export function addReindex(program: Command, runner: CommandRunner): void {
  program
    .command('reindex')
    .summary('build the search index anew, or take up another embedder')
    .description(
      'Builds the search index anew. With --embedder only the vectors are made anew: those of the embedder before answer until then, and the setting is changed. Ended early, it goes on where it was the next time.'
    )
    .option('--embedder <embedder>', 'builtin, or JSON as in docs/SEARCH.md')
    .addHelpText(
      'after',
      examples(
        ['hcfs reindex', 'after docs or a log said so'],
        ['hcfs reindex --embedder builtin', 'back to what needs no server'],
        [
          `hcfs reindex --embedder '{"kind":"http","url":"http://127.0.0.1:11434/v1/embeddings","model":"bge-m3"}'`,
          'a model of a server'
        ]
      )
    )
    .action((flags: { embedder?: string }, command: Command) =>
      runner.withNode(command, async (node, session) => {
        const { out, signal, directory } = session
        const embedder = flags.embedder === undefined ? undefined : checkedEmbedder(flags.embedder)
        let phase: ReindexProgress['phase'] = 'words'
        let progress = session.progress(PHASES[phase])
        const onProgress = (told: ReindexProgress): void => {
          if (told.failure !== undefined) out.warn(plainText(told.failure))
          if (told.phase !== phase) {
            phase = told.phase
            progress[Symbol.dispose]()
            progress = session.progress(PHASES[phase])
          }
          progress.update(told.done, told.total)
        }
        try {
          const report = await node.reindex({ ...(embedder && { embedder }), signal, onProgress })
          progress[Symbol.dispose]()
          if (flags.embedder !== undefined) {
            const { path } = directory
            await writeSettings(path, withSetting(await readSettings(path), 'embedder', flags.embedder))
          }
          if (out.isJson) return await out.json(report)
          const by = report.embedder === undefined ? 'by words alone' : `with vectors of ${plainText(report.embedder)}`
          await out.line(`indexed ${countText(report.chunks, 'chunk')} ${by}`)
        } finally {
          progress[Symbol.dispose]()
        }
      })
    )
}

function checkedEmbedder(text: string): JsonObject {
  const embedder = embedderFrom(text)
  if (isEmbedder(embedder)) return embedder
  throw new HcfsError('BAD_REQUEST', '--embedder is builtin, or JSON with a kind')
}
