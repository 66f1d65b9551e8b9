import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { HcfsError } from '@hcfs/core'
import type { Environment } from '../command-line/environment.ts'
import { SMALL_HEAPS } from './small-heaps.ts'

/**
 * Starts a node that outlives this process, and waits until it serves. Its
 * standard error is read until then, so that a start that fails says why.
 */
export async function startInBackground(
  { variables, workingDirectory }: Environment,
  directory: string,
  flags: readonly string[]
): Promise<object> {
  const [program = ''] = process.argv.slice(1)
  const child = spawn(
    process.execPath,
    [...process.execArgv, program, 'start', '--json', '--dir', directory, ...flags],
    { cwd: workingDirectory, env: { ...SMALL_HEAPS, ...variables }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] }
  )
  const complaints = textOf(child.stderr)
  const ended = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  const [line] = await Promise.race([once(lines, 'line'), ended.then(() => [undefined])])
  if (typeof line !== 'string') throw startFailure(await complaints)
  lines.close()
  child.stdout.destroy()
  child.stderr.destroy()
  child.unref()
  const ready: object = JSON.parse(line)
  return ready
}

async function textOf(stream: Readable): Promise<string> {
  let text = ''
  try {
    for await (const chunk of stream.setEncoding('utf8')) text += chunk
  } catch {
    // It is let go of once the node serves.
  }
  return text
}

/** The child writes its error as one line of JSON. */
function startFailure(complaints: string): HcfsError {
  const lastLine = complaints.trim().split('\n').at(-1) ?? ''
  try {
    return HcfsError.fromJSON(JSON.parse(lastLine))
  } catch {
    return new HcfsError('INTERNAL', `The node did not start: ${lastLine}`)
  }
}
