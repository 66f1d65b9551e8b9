import { access, constants } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { examples } from '../command-line/examples.ts'
import type { CommandRunner } from '../command-line/session.ts'

export function addRestoreBackup(program: Command, runner: CommandRunner): void {
  program
    .command('restore-backup')
    .summary('make a data directory of a backup')
    .description('Checks a file of hcfs backup, and makes the data directory of it, which must be empty or absent.')
    .argument('<file>', 'what hcfs backup wrote')
    .addHelpText(
      'after',
      examples(['hcfs restore-backup monday.backup --dir ./restored', 'then: hcfs start --dir ./restored'])
    )
    .action((file: string, _flags: object, command: Command) =>
      runner.alone(command, async ({ out, directory, environment, signal }) => {
        const source = resolve(environment.workingDirectory, file)
        await access(source, constants.R_OK)
        // Loaded here, so that other commands start without the libraries of a node.
        const { restoreBackup } = await import('@hcfs/node')
        const { records } = await restoreBackup(source, directory.path, { signal })
        if (out.isJson) await out.json({ dir: directory.path, records })
        else await out.line(`restored ${directory.path}; start it with: hcfs start --dir ${directory.path}`)
      })
    )
}
