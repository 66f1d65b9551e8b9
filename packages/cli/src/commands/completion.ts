import type { Command } from 'commander'
import { completionScript, SHELLS } from '../command-line/completion-script.ts'
import { examples } from '../command-line/examples.ts'
import type { CommandRunner } from '../command-line/session.ts'
import { usageError } from '../command-line/usage-error.ts'

export function addCompletion(program: Command, runner: CommandRunner): void {
  program
    .command('completion')
    .summary('let your shell complete commands')
    .description('Prints a script that teaches a shell the commands and options of hcfs.')
    .argument('<shell>', SHELLS.join(', '))
    .addHelpText(
      'after',
      examples(
        ['source <(hcfs completion bash)', 'in ~/.bashrc'],
        ['source <(hcfs completion zsh)', 'in ~/.zshrc, after compinit'],
        ['hcfs completion fish > ~/.config/fish/completions/hcfs.fish', 'once']
      )
    )
    .action((name: string, _flags: object, command: Command) =>
      runner.alone(command, async ({ out }) => {
        const shell = SHELLS.find((each) => each === name)
        if (shell === undefined) throw usageError(`There is completion for ${SHELLS.join(', ')}, not for "${name}"`)
        await out.text(completionScript(shell, program))
      })
    )
}
