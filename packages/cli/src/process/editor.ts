import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HcfsError } from '@hcfs/core'
import type { Environment } from '../command-line/environment.ts'

export interface EditedText {
  readonly text: string
  /** Where the text lies until it is discarded. */
  readonly file: string
  discard(): Promise<void>
}

const OWNER_ONLY = 0o600
const EDITOR_DEFAULT = process.platform === 'win32' ? 'notepad' : 'vi'

/** Lets the user change a text in the editor of their choice. */
export async function editText({ variables }: Environment, text: string): Promise<EditedText> {
  const folder = await mkdtemp(join(tmpdir(), 'hcfs-edit-'))
  const file = join(folder, 'context.md')
  await writeFile(file, text, { mode: OWNER_ONLY })
  const editor = variables['VISUAL'] || variables['EDITOR'] || EDITOR_DEFAULT
  // Through a shell, because the variable may hold arguments: EDITOR="code --wait".
  const child = spawn(`${editor} "${file}"`, { shell: true, stdio: 'inherit', env: variables })
  const [code] = await once(child, 'exit')
  const discard = (): Promise<void> => rm(folder, { recursive: true, force: true })
  if (code === 0) return { text: await readFile(file, 'utf8'), file, discard }
  await discard()
  throw new HcfsError('OPERATION_ABORTED', `The editor (${editor}) ended with ${code}; nothing was written`)
}
