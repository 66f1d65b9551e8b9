import { readFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { buildProgram } from '../src/program.ts'
import { commandHarness, TextStream } from './command-harness.ts'
import { referenceOf } from './reference-page.ts'

const page = new URL('../../../docs/CLI.md', import.meta.url)
const MARK = '<!-- From here on: what the commands say of themselves. HCFS_WRITE_REFERENCE=1 writes it anew. -->\n'

async function program() {
  const cli = await commandHarness()
  return buildProgram(cli.environment({ stdout: new TextStream(), stderr: new TextStream() }))
}

test('docs/CLI.md says of every command what its help says', async () => {
  const [beginning = '', written] = (await readFile(page, 'utf8')).split(MARK)
  const reference = `\n${referenceOf(await program())}`
  if (process.env['HCFS_WRITE_REFERENCE'] === '1') await writeFile(page, beginning + MARK + reference)
  else expect(written).toBe(reference)
})

test('every command has a summary or description, and examples or belongs to one that has them', async () => {
  for (const command of (await program()).commands) {
    expect({ name: command.name(), summary: command.summary() }).toEqual({
      name: command.name(),
      summary: expect.stringMatching(/.{8}/)
    })
    const stdout = new TextStream()
    command.configureOutput({ writeOut: (part) => stdout.write(part) })
    command.outputHelp()
    expect(stdout.text).toContain('Examples:\n  $ ')
  }
})
