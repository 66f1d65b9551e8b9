import { resolve } from 'node:path'
import type { Command } from 'commander'
import { bytesText, countText } from '../command-line/amounts.ts'
import { examples } from '../command-line/examples.ts'
import type { CommandRunner } from '../command-line/session.ts'

export function addBackup(program: Command, runner: CommandRunner): void {
  program
    .command('backup')
    .summary('copy the running node to a file')
    .description(
      'Writes a consistent copy of everything the node holds to one file, keys included, while it goes on working. Whoever has the file has the node: keep it safe.'
    )
    .argument('<file>', 'a file that does not exist yet')
    .addHelpText(
      'after',
      examples(
        ['hcfs backup ~/hcfs-monday.backup', 'write a backup'],
        ['hcfs restore-backup ~/hcfs-monday.backup --dir ./restored', 'make a data directory of it']
      )
    )
    .action((file: string, _flags: object, command: Command) =>
      runner.withNode(command, async (node, { out, signal, environment }) => {
        const target = resolve(environment.workingDirectory, file)
        const { bytes, contexts } = await node.backup(target, { signal })
        if (out.isJson) await out.json({ file: target, bytes, contexts })
        else await out.line(`backed up ${countText(contexts, 'context')} to ${target} (${bytesText(bytes)})`)
      })
    )
}
