import type { CopyComparison, VerifyProblem, VerifyReport } from '@hcfs/core'
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
    .option('--cluster', 'also compare with every other node that is connected')
    .addHelpText(
      'after',
      examples(
        ['hcfs verify', 'check everything'],
        ['hcfs verify --repair', 'also put right what can be'],
        ['hcfs verify --cluster', 'also compare with the other nodes']
      )
    )
    .action((path: string, { repair, cluster }: { repair?: boolean; cluster?: boolean }, command: Command) =>
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
        const copies = cluster === true ? await node.network.compare({ signal }) : undefined
        if (out.isJson) await out.json({ ...report, ...(copies && { copies }) })
        else await writeReport(out, report, copies)
        const left = report.problems.filter(({ outcome }) => outcome === 'reported').length
        if (left > 0) throw new HcfsError('CHECK_FAILED', remedyText(left, repair === true))
        assertCopiesEqual(copies ?? [])
      })
    )
}

async function writeReport(
  out: Output,
  { contexts, commits, problems }: VerifyReport,
  copies: readonly CopyComparison[] | undefined
): Promise<void> {
  await out.line(`checked ${countText(contexts, 'context')} and ${countText(commits, 'commit')}`)
  if (problems.length === 0) await out.line(out.paint('green', 'everything is as it should be'))
  else await out.table(problems, COLUMNS)
  if (copies === undefined) return
  if (copies.length === 0) out.note('No other node is connected, so there is nothing to compare with')
  else await out.table(copies, COPY_COLUMNS)
}

const COLUMNS: readonly Column<VerifyProblem>[] = [
  { title: 'WHAT', cell: ({ kind }) => kind },
  { title: 'WHERE', cell: ({ where }) => plainText(where) },
  { title: 'OUTCOME', cell: ({ outcome }) => outcome }
]

const COPY_COLUMNS: readonly Column<CopyComparison>[] = [
  { title: 'NODE', cell: ({ name }) => plainText(name) },
  { title: 'SPACE', cell: ({ space }) => plainText(space) },
  { title: 'COPY', cell: ({ state }) => state },
  { title: 'EXCHANGED', align: 'right', cell: ({ exchanged }) => (exchanged === 0 ? '' : String(exchanged)) },
  {
    title: '',
    cell: ({ documents, detail }) => (documents === undefined ? (detail ?? '') : countText(documents, 'context'))
  }
]

function assertCopiesEqual(copies: readonly CopyComparison[]): void {
  const other = copies.filter(({ state }) => state !== 'equal')
  if (other.length === 0) return
  throw new HcfsError('CHECK_FAILED', `${countText(other.length, 'copy', 'copies')} could not be shown to be equal`)
}

function remedyText(count: number, isRepaired: boolean): string {
  const found = `${countText(count, 'problem')} found`
  return isRepaired
    ? `${found} that cannot be put right from what is here; restore a backup with hcfs restore-backup`
    : `${found}; hcfs verify --repair puts right what it can`
}
