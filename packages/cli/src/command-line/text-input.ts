import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { FORMAT_LIMITS, HcfsError } from '@hcfs/core'
import type { Environment } from './environment.ts'
import { usageError } from './usage-error.ts'

/** The text of a file, or of standard input for `-`. */
export async function readText(
  file: string,
  { stdin, workingDirectory }: Pick<Environment, 'stdin' | 'workingDirectory'>
): Promise<string> {
  const bytes = file === '-' ? await wholeInput(stdin) : await readFile(resolve(workingDirectory, file))
  return textOf(bytes, file === '-' ? 'Standard input' : file)
}

async function wholeInput(stdin: Environment['stdin']): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of stdin) {
    const part = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    chunks.push(part)
    bytes += part.byteLength
    // Whoever pipes without end is not waited for.
    if (bytes > FORMAT_LIMITS.bodyBytesMax) throw tooLarge('Standard input')
  }
  return Buffer.concat(chunks)
}

function textOf(bytes: Uint8Array, name: string): string {
  if (bytes.byteLength > FORMAT_LIMITS.bodyBytesMax) throw tooLarge(name)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw usageError(`${name} is not text in UTF-8; a body is text, so convert it first`)
  }
}

function tooLarge(name: string): HcfsError {
  const { bodyBytesMax } = FORMAT_LIMITS
  return new HcfsError('CONTEXT_TOO_LARGE', `${name} has more than the ${bodyBytesMax} bytes of a body; split it`, {
    details: { bytesMax: bodyBytesMax }
  })
}
