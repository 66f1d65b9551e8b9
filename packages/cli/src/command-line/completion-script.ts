import type { Command } from 'commander'

export const SHELLS = ['bash', 'zsh', 'fish'] as const

export type Shell = (typeof SHELLS)[number]

/** Without its own completion, which a bare zsh has not loaded, zsh cannot take over that of bash. */
const ZSH_START = `(( $+functions[compdef] )) || { autoload -U +X compinit && compinit -u; }
autoload -U +X bashcompinit && bashcompinit
`

/** One command, as words. */
interface Words {
  /** `config set`; empty for `hcfs` itself. */
  readonly name: string
  readonly summary: string
  readonly words: readonly string[]
}

/** What a shell needs to complete the words of a program. */
export function completionScript(shell: Shell, program: Command): string {
  const commands = wordsOf(program)
  switch (shell) {
    case 'bash':
      return bashScript(commands)
    case 'zsh':
      return `${ZSH_START}${bashScript(commands)}`
    case 'fish':
      return fishScript(program)
  }
}

function wordsOf(program: Command): Words[] {
  const shared = optionNames(program)
  const below = (command: Command, prefix: string): Words[] =>
    command.commands.flatMap((each) => {
      const name = `${prefix}${each.name()}`
      const words = [...each.commands.map((inner) => inner.name()), ...optionNames(each), ...shared]
      return [{ name, summary: each.summary(), words }, ...below(each, `${name} `)]
    })
  const names = program.commands.map((command) => command.name())
  return [{ name: '', summary: '', words: [...names, ...shared] }, ...below(program, '')]
}

function optionNames(command: Command): string[] {
  return command.options.flatMap(({ long }) => (long === undefined || long === null ? [] : [long]))
}

/** Also for the bash that zsh imitates: its `compgen -W` and `-f` leave out nothing that does not fit. */
function bashScript(commands: readonly Words[]): string {
  const cases = commands.map(({ name, words }) => `    '${name}') words='${words.join(' ')}' ;;`)
  return `_hcfs() {
  local current="\${COMP_WORDS[COMP_CWORD]}" name='' words='' word
  for word in "\${COMP_WORDS[@]:1:$((COMP_CWORD - 1))}"; do
    case "$word" in
      -*) ;;
      *) case "$name \${word}" in
${commands
  .filter(({ name }) => name !== '')
  .map(({ name }) => `        ${quoted(name.includes(' ') ? name : ` ${name}`)}) name=${quoted(name)} ;;`)
  .join('\n')}
      esac ;;
    esac
  done
  case "$name" in
${cases.join('\n')}
  esac
  COMPREPLY=()
  for word in $words; do
    case "$word" in "$current"*) COMPREPLY+=("$word") ;; esac
  done
  if [ \${#COMPREPLY[@]} -eq 0 ]; then COMPREPLY=($(compgen -G "$current*")); fi
}
complete -o filenames -F _hcfs hcfs
`
}

function fishScript(program: Command): string {
  const top = program.commands.map(
    (command) => `complete -c hcfs -n __fish_use_subcommand -a ${command.name()} -d ${quoted(command.summary())}`
  )
  const shared = program.options.flatMap((option) => fishOption(option, ''))
  const inner = program.commands.flatMap((command) => {
    const where = ` -n '__fish_seen_subcommand_from ${command.name()}'`
    return [
      ...command.commands.map((each) => `complete -c hcfs${where} -a ${each.name()} -d ${quoted(each.description())}`),
      ...command.options.flatMap((option) => fishOption(option, where))
    ]
  })
  return `${[...top, ...shared, ...inner].join('\n')}\n`
}

function fishOption(
  { long, description }: { long?: string | undefined; description: string },
  where: string
): string[] {
  return long === undefined ? [] : [`complete -c hcfs${where} -l ${long.slice(2)} -d ${quoted(description)}`]
}

/** In single quotes, for any of the shells. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
