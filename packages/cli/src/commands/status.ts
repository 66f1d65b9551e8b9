import type { Command } from 'commander'
import { agoText, bytesText, countText } from '../command-line/amounts.ts'
import { examples } from '../command-line/examples.ts'
import { plainText } from '../command-line/plain-text.ts'
import type { CommandRunner } from '../command-line/session.ts'

export function addStatus(program: Command, runner: CommandRunner): void {
  program
    .command('status')
    .summary('what the running node holds')
    .description('Shows the node that runs in the data directory; exits with 5 when there is none.')
    .addHelpText('after', examples(['hcfs status', 'for people'], ['hcfs status --json', 'for programs']))
    .action((_flags: object, command: Command) =>
      runner.withNode(command, async (node, { out, signal, directory }) => {
        const status = await node.status({ signal })
        if (out.isJson) return await out.json(status)
        const rows: readonly (readonly [name: string, value: string])[] = [
          ['node', `${plainText(status.name)} (${status.node})`],
          ['network', status.network],
          ['directory', status.directory ?? directory.path],
          ['running since', `${agoText(status.startedAt, out.nowMs)}, version ${status.version}`],
          ['durability', status.durability],
          ['contexts', `${countText(status.contexts, 'context')}, ${status.trashed.toLocaleString('en-US')} removed`],
          ['history', countText(status.commits, 'commit')],
          ['on disk', bytesText(status.storeBytes)]
        ]
        for (const [name, value] of rows) await out.line(`${out.paint('dim', name.padEnd(13))}  ${value}`)
      })
    )
}
