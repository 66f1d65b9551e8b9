import { createInterface } from 'node:readline/promises'
import type { Session } from './session.ts'
import { usageError } from './usage-error.ts'

/** Asks before something that cannot be taken back. Programs say `--yes` beforehand. */
export async function confirmed({ environment, out }: Session, question: string): Promise<boolean> {
  const { stdin, stderr, signal } = environment
  const isTerminal = 'isTTY' in stdin && stdin.isTTY === true && !out.isJson
  if (!isTerminal) throw usageError('Nobody is here to be asked; look with --dry-run, then say --yes')
  const lines = createInterface({ input: stdin, output: stderr })
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal })
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    lines.close()
  }
}
