import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { Environment } from './environment.ts'
import { usageError } from './usage-error.ts'

/** What a key in a file is sealed with: `HCFS_PASSPHRASE`, else what is typed without being shown. */
export async function readPassphrase(
  { variables, stdin, stderr, signal }: Environment,
  { isNew }: { isNew: boolean }
): Promise<string> {
  const given = variables['HCFS_PASSPHRASE']
  if (given !== undefined && given !== '') return given
  if (!('isTTY' in stdin && stdin.isTTY === true)) {
    throw usageError('Put the passphrase into HCFS_PASSPHRASE, or run this in a terminal')
  }
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: stdin, output: silent, terminal: true })
  const ask = async (what: string): Promise<string> => {
    stderr.write(what)
    const answer = await lines.question('', { signal })
    stderr.write('\n')
    return answer
  }
  try {
    const passphrase = await ask('Passphrase: ')
    if (passphrase === '') throw usageError('An empty passphrase protects nothing')
    if (isNew && (await ask('Once more: ')) !== passphrase) throw usageError('The two are not the same')
    return passphrase
  } finally {
    lines.close()
  }
}
