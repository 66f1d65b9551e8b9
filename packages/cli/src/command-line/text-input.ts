import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { FORMAT_LIMITS, HcfsError } from '@hcfs/core'
import type { Environment } from './environment.ts'
import { usageError } from './usage-error.ts'

/** The text of a file, or of standard input for `-`. */
export async function readText(
  file: string,
  { stdin, workingDirectory }: Pick<Environment, 'stdin' | 'workingDirectory'>
): Promise<string> {
  if (file === '-') return textOf(await wholeInput(stdin, 'Standard input'), 'Standard input')
  try {
    return textOf(await wholeInput(createReadStream(resolve(workingDirectory, file)), file), file)
  } catch (error) {
    if (!isFolderError(error)) throw error
    throw usageError(`${file} is a folder; hcfs import writes a context for each of its files`)
  }
}

async function wholeInput(input: Environment['stdin'], name: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of input) {
    const part = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    chunks.push(part)
    bytes += part.byteLength
    // Whoever pipes without end is not waited for.
    if (bytes > FORMAT_LIMITS.bodyBytesMax) throw tooLarge(name)
  }
  return Buffer.concat(chunks)
}

function textOf(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw usageError(`${name} is not text in UTF-8; a body is text, so convert it first`)
  }
}

function isFolderError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EISDIR'
}

function tooLarge(name: string): HcfsError {
  const { bodyBytesMax } = FORMAT_LIMITS
  return new HcfsError('CONTEXT_TOO_LARGE', `${name} has more than the ${bodyBytesMax} bytes of a body; split it`, {
    details: { bytesMax: bodyBytesMax }
  })
}
