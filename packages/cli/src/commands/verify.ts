import type { VerifyProblem } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { Command } from 'commander'
import { countText } from '../command-line/amounts.ts'
import { examples } from '../command-line/examples.ts'
import type { Output } from '../command-line/output.ts'
import { plainText } from '../command-line/plain-text.ts'
import type { CommandRunner } from '../command-line/session.ts'
import type { Column } from '../command-line/table.ts'

export function addVerify(program: Command, runner: CommandRunner): void {
  program
    .command('verify')
    .summary('check what is stored')
    .description('Reads everything and checks it: bytes, signatures, chains, and what was derived from them.')
    .argument('[path]', 'only what lies at and below it', '/')
    .option('--repair', 'write derived records anew that differ from the commits')
    .addHelpText(
      'after',
      examples(['hcfs verify', 'check everything'], ['hcfs verify --repair', 'also put right what can be'])
    )
    .action((path: string, { repair }: { repair?: boolean }, command: Command) =>
      runner.withNode(command, async (node, session) => {
        const { out, signal } = session
        using progress = session.progress('Checking')
        const report = await node.verify({
          ...(path !== '/' && { under: path }),
          ...(repair !== undefined && { repair }),
          signal,
          onProgress: ({ checked, total }) => progress.update(checked, total)
        })
        progress[Symbol.dispose]()
        if (out.isJson) await out.json(report)
        else await writeReport(out, report)
        const left = report.problems.filter(({ outcome }) => outcome === 'reported').length
        if (left > 0) throw new HcfsError('CHECK_FAILED', remedyText(left, repair === true))
      })
    )
}

async function writeReport(
  out: Output,
  { contexts, commits, problems }: { contexts: number; commits: number; problems: readonly VerifyProblem[] }
): Promise<void> {
  await out.line(`checked ${countText(contexts, 'context')} and ${countText(commits, 'commit')}`)
  if (problems.length === 0) await out.line(out.paint('green', 'everything is as it should be'))
  else await out.table(problems, COLUMNS)
}

const COLUMNS: readonly Column<VerifyProblem>[] = [
  { title: 'WHAT', cell: ({ kind }) => kind },
  { title: 'WHERE', cell: ({ where }) => plainText(where) },
  { title: 'OUTCOME', cell: ({ outcome }) => outcome }
]

function remedyText(count: number, isRepaired: boolean): string {
  const found = `${countText(count, 'problem')} found`
  return isRepaired
    ? `${found} that cannot be put right from what is here; restore a backup with hcfs restore-backup`
    : `${found}; hcfs verify --repair puts right what it can`
}
