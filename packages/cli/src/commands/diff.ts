import type { Command } from 'commander'
import { diffLines } from '../command-line/diff-lines.ts'
import { examples } from '../command-line/examples.ts'
import type { CommandRunner } from '../command-line/session.ts'
import { readVersion } from '../command-line/version-names.ts'

export function addDiff(program: Command, runner: CommandRunner): void {
  program
    .command('diff')
    .summary('what differs between two versions')
    .description('Shows what differs between two versions of a context: the lines of its text, and its other parts.')
    .argument('<path>', 'where the context lives')
    .argument('<from>', 'a version of hcfs log, the beginning of one, or a time')
    .argument('[to]', 'another one (default: what the context is now)')
    .addHelpText(
      'after',
      examples(
        ['hcfs diff /notes/today 3f2a91', 'what changed since a version'],
        ['hcfs diff /notes/today 2026-01-01 2026-02-01', 'what changed in January']
      )
    )
    .action((path: string, from: string, to: string | undefined, _flags: object, command: Command) =>
      runner.withNode(command, async ({ contexts }, { out }) => {
        const before = await readVersion(contexts, path, from)
        const after = to === undefined ? undefined : await readVersion(contexts, path, to)
        const diff = await contexts.diff(path, before, after)
        if (out.isJson) return await out.json(diff)
        const lines = diffLines(diff, out.paint)
        if (lines.length === 0) out.note('Nothing differs.')
        for (const line of lines) await out.line(line)
      })
    )
}
