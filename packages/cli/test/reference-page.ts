import type { Command } from 'commander'

/** The part of docs/CLI.md that says what every command takes: its help. */
export function referenceOf(program: Command): string {
  return [program, ...innermost(program)]
    .map((command) => `### ${nameOf(command)}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\`\n`)
    .join('\n')
}

function innermost(command: Command): Command[] {
  return command.commands.flatMap((each) => [each, ...innermost(each)])
}

function nameOf(command: Command): string {
  const { parent } = command
  return parent === null ? command.name() : `${nameOf(parent)} ${command.name()}`
}

/** As `hcfs help` prints it, without the options that every command takes. */
function helpOf(command: Command): string {
  let text = ''
  const output = command.configureOutput()
  command.configureOutput({
    ...output,
    writeOut: (part) => {
      text += part
    },
    getOutHelpWidth: () => 100,
    getOutHasColors: () => false
  })
  command.configureHelp({ showGlobalOptions: false })
  command.outputHelp()
  return text.trim()
}
