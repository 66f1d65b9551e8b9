import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'vitest'
import { describe, expect, test } from 'vitest'
import type { Shell } from '../../src/command-line/completion-script.ts'
import { SHELLS } from '../../src/command-line/completion-script.ts'
import { commandHarness } from '../command-harness.ts'

/** How to ask a shell for what may follow some words, the last of which is being written. */
const QUESTIONS: Readonly<Record<Shell, (script: string, words: readonly string[]) => readonly string[]>> = {
  bash: (script, words) => ['--norc', '-c', `source ${script}; ${asked(words)}; printf '%s\\n' "\${COMPREPLY[@]}"`],
  zsh: (script, words) => [
    '-f',
    '-c',
    `source ${script}; emulate ksh; ${asked(words)}; printf '%s\\n' "\${COMPREPLY[@]}"`
  ],
  fish: (script, words) => ['--no-config', '-c', `source ${script}; complete -C '${words.join(' ')}'`]
}

function asked(words: readonly string[]): string {
  return `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _hcfs`
}

/** What the shell offers, without what it says of each. */
async function completions(shell: Shell, words: readonly string[], context: TestContext): Promise<string[]> {
  const cli = await commandHarness()
  const { code, stdout } = await cli.run(['completion', shell])
  expect(code).toBe(0)
  const script = join(cli.directory, 'completion')
  await writeFile(script, stdout)
  try {
    const args = QUESTIONS[shell](script, words)
    const answer = execFileSync(shell, args, { encoding: 'utf8', env: { ...process.env, HOME: cli.directory } })
    return answer.split('\n').flatMap((line) => line.split('\t')[0] || [])
  } catch (error) {
    if (!isMissing(error)) throw error
    return context.skip(`this machine has no ${shell}`)
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

describe.each(SHELLS)('in %s', (shell) => {
  test('the beginning of a command is completed', async (context) => {
    expect((await completions(shell, ['hcfs', 'sta'], context)).sort()).toEqual(['start', 'status'])
  })

  test('where no word fits, files are offered', async (context) => {
    expect(await completions(shell, ['hcfs', 'import', '/etc/host'], context)).toContain('/etc/hosts')
  })

  test('the commands below a command are offered, and no others', async (context) => {
    const offered = await completions(shell, ['hcfs', 'config', ''], context)
    expect(offered).toEqual(expect.arrayContaining(['get', 'list', 'set']))
    expect(offered).not.toContain('undelete')
  })

  test('options are those of the command, and of all', async (context) => {
    const offered = await completions(shell, ['hcfs', 'put', '--'], context)
    expect(offered).toEqual(expect.arrayContaining(['--if-absent', '--field', '--json']))
    expect(offered).not.toContain('--recursive')
  })
})
