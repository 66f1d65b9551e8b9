import { HcfsError } from '@hcfs/core'
import type { Command } from 'commander'
import type { Style } from '../command-line/colours.ts'
import { examples } from '../command-line/examples.ts'
import type { CommandRunner } from '../command-line/session.ts'
import type { Check } from '../process/checks.ts'
import { checkInstallation } from '../process/checks.ts'

const STYLES: Readonly<Record<Check['outcome'], Style>> = { ok: 'green', note: 'yellow', wrong: 'red' }

export function addDoctor(program: Command, runner: CommandRunner): void {
  program
    .command('doctor')
    .summary('find out what is wrong')
    .description('Checks the program, the data directory and the node, and says what to do. Changes nothing.')
    .addHelpText('after', examples(['hcfs doctor', 'for people'], ['hcfs doctor --json', 'a line for each check']))
    .action((_flags: object, command: Command) =>
      runner.alone(command, async ({ out, directory }) => {
        const checks = await checkInstallation(directory)
        for (const check of checks) {
          if (out.isJson) await out.json(check)
          else await out.line(checkLine(check, out.paint))
        }
        const wrong = checks.filter(({ outcome }) => outcome === 'wrong').length
        if (wrong > 0) throw new HcfsError('CHECK_FAILED', `${wrong} of ${checks.length} checks found something wrong`)
      })
    )
}

function checkLine({ name, outcome, found, remedy }: Check, paint: (style: Style, text: string) => string): string {
  const what = remedy === undefined ? '' : `\n       ${paint('dim', `→ ${remedy}`)}`
  return `${paint(STYLES[outcome], outcome.padEnd(5))}  ${name}: ${found}${what}`
}
