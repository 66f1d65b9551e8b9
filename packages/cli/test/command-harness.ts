import { join } from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import { SystemClock } from '@hcfs/core'
import { expect, onTestFinished } from 'vitest'
import type { Environment } from '../src/command-line/environment.ts'
import { runCommandLine } from '../src/run-command-line.ts'
import { temporaryDirectory } from './temporary-directory.ts'

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** Standard output, as the JSON texts of its lines. */
  readonly json: readonly unknown[]
}

export interface CommandOptions {
  readonly input?: string
  readonly variables?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** A stream that keeps what is written to it. */
export class TextStream extends Writable {
  text = ''
  readonly isTTY: boolean

  constructor(isTTY = false) {
    super()
    this.isTTY = isTTY
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString()
    done()
  }
}

/** The command line in this process, with a home and a working directory of its own. */
export class CommandHarness {
  readonly directory: string
  readonly dataDirectory: string

  constructor(directory: string) {
    this.directory = directory
    this.dataDirectory = join(directory, '.hcfs')
  }

  async run(args: readonly string[], { input, variables = {}, signal }: CommandOptions = {}): Promise<Outcome> {
    const stdout = new TextStream()
    const stderr = new TextStream()
    const code = await runCommandLine(args, this.environment({ stdout, stderr, variables, signal, input }))
    return { code, stdout: stdout.text, stderr: stderr.text, json: jsonLines(stdout.text) }
  }

  /** For a command that must succeed: the JSON texts it printed. */
  async json(...args: readonly string[]): Promise<readonly unknown[]> {
    const { code, json, stderr } = await this.run([...args, '--json'])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    return json
  }

  environment(parts: {
    stdout: TextStream
    stderr: TextStream
    variables?: Readonly<Record<string, string>>
    signal?: AbortSignal | undefined
    input?: string | undefined
  }): Environment {
    const { stdout, stderr, variables = {}, signal = new AbortController().signal, input } = parts
    return {
      variables,
      workingDirectory: this.directory,
      homeDirectory: this.directory,
      stdin: input === undefined ? new PassThrough().end() : Readable.from([Buffer.from(input)]),
      stdout,
      stderr,
      clock: new SystemClock(),
      signal
    }
  }
}

export async function commandHarness(): Promise<CommandHarness> {
  return new CommandHarness(await temporaryDirectory())
}

/** With a node that runs until the test has finished. */
export async function harnessWithNode(): Promise<CommandHarness> {
  const harness = await commandHarness()
  const stop = new AbortController()
  const stdout = new TextStream()
  const stderr = new TextStream()
  const environment = harness.environment({ stdout, stderr, signal: stop.signal })
  const running = runCommandLine(['start', '--json', '--dir', harness.dataDirectory], environment)
  onTestFinished(async () => {
    stop.abort()
    await running
  })
  await expect.poll(() => stdout.text + stderr.text, { timeout: 30_000 }).toContain('"ready":true')
  return harness
}

function jsonLines(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{') || line.startsWith('['))
    .flatMap((line) => {
      try {
        const value: unknown = JSON.parse(line)
        return [value]
      } catch {
        return []
      }
    })
}
