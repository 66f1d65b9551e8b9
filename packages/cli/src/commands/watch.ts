import type { WatchedChange } from '@hcfs/core'
import type { Command } from 'commander'
import { examples } from '../command-line/examples.ts'
import { readPosition } from '../command-line/numbers.ts'
import type { Output } from '../command-line/output.ts'
import { plainText } from '../command-line/plain-text.ts'
import type { CommandRunner } from '../command-line/session.ts'
import { shortVersion } from '../command-line/version-names.ts'

interface WatchFlags {
  readonly from?: string
  readonly values?: boolean
  readonly effective?: boolean
}

export function addWatch(program: Command, runner: CommandRunner): void {
  program
    .command('watch')
    .summary('show changes as they happen')
    .description('Shows every change at and below a path until it is stopped with ctrl-c.')
    .argument('[path]', 'what to watch', '/')
    .option('--from <position>', 'begin after this position, which you got last; 0 is the beginning')
    .option('--values', 'with --json: also the content before and after each change')
    .option('--effective', 'changes of what the path inherits, too: there and above, where they make a difference')
    .addHelpText(
      'after',
      examples(
        ['hcfs watch /projects', 'for people'],
        ['hcfs watch --json --from 0', 'everything since the beginning, for programs']
      )
    )
    .action((path: string, { from, values, effective }: WatchFlags, command: Command) =>
      runner.withNode(command, async ({ contexts }, { out, signal }) => {
        out.note(`Watching ${plainText(path)}; stop with ctrl-c.`)
        const changes = contexts.watch(path, {
          signal,
          ...(from !== undefined && { from: readPosition('from', from) }),
          ...(values !== undefined && { values }),
          ...(effective !== undefined && { effective })
        })
        for await (const change of changes) {
          if (out.isJson) await out.json(change)
          else await out.line(changeLine(change, out))
        }
      })
    )
}

function changeLine({ time, kind, path, version, by, author, note }: WatchedChange, { paint }: Output): string {
  const who = plainText(by?.agent ?? author.slice(0, 12))
  const why = note === undefined ? '' : `  ${paint('dim', plainText(note))}`
  return `${paint('dim', time)}  ${kind.padEnd(8)}  ${plainText(path)}  ${paint('cyan', shortVersion(version))}  ${who}${why}`
}
