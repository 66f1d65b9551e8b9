import type { ChildProcess, StdioOptions } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll } from 'vitest'

const program = fileURLToPath(new URL('../../../bin/hcfs', import.meta.url))

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly input?: string
  readonly variables?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** @default pipes */
  readonly stdio?: StdioOptions
}

/** A process of `bin/hcfs`, from the sources: that they compile is tested elsewhere. */
export function spawnHcfs(args: readonly string[], { variables = {}, cwd, stdio }: RunOptions = {}): ChildProcess {
  const { HCFS_DIR: _, HCFS_AGENT: __, ...inherited } = process.env
  return spawn(program, args, {
    env: { ...inherited, HCFS_FROM_SOURCE: '1', ...variables },
    ...(cwd !== undefined && { cwd }),
    ...(stdio !== undefined && { stdio })
  })
}

export async function runHcfs(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const child = spawnHcfs(args, options)
  child.stdin?.end(options.input ?? '')
  return outcomeOf(child)
}

/** Everything that a process says until its end. */
export async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr?.setEncoding('utf8').on('data', (chunk) => {
    stderr += chunk
  })
  const [code] = await once(child, 'close')
  return { code, stdout, stderr }
}

export interface NodeProcess {
  readonly child: ChildProcess
  readonly readyLine: string
}

export function startNode(directory: string, ...flags: readonly string[]): Promise<NodeProcess> {
  return readyNode(spawnHcfs(['start', '--json', '--dir', directory, ...flags]))
}

/** Waits until a process of `hcfs start --json` serves. */
export async function readyNode(child: ChildProcess): Promise<NodeProcess> {
  const complaints = outcomeOf(child)
  const lines = Promise.withResolvers<string>()
  let text = ''
  child.stdout?.on('data', (chunk) => {
    text += chunk
    if (text.includes('\n')) lines.resolve(text.slice(0, text.indexOf('\n')))
  })
  const failed = complaints.then(({ stderr }) => Promise.reject(new Error(`hcfs start failed: ${stderr}`)))
  failed.catch(() => {})
  return { child, readyLine: await Promise.race([lines.promise, failed]) }
}

/** One node for all tests of a file, and a folder to work in. */
export function nodeForFile(): { readonly folder: string; readonly directory: string; readonly readyLine: string } {
  const place = { folder: '', directory: '', readyLine: '' }
  let node: NodeProcess | undefined
  beforeAll(async () => {
    place.folder = await mkdtemp(join(tmpdir(), 'hcfs-e2e-'))
    place.directory = join(place.folder, '.hcfs')
    node = await startNode(place.directory)
    place.readyLine = node.readyLine
  })
  afterAll(async () => {
    if (node !== undefined && node.child.exitCode === null) {
      const ended = once(node.child, 'close')
      node.child.kill('SIGTERM')
      await ended
    }
    await rm(place.folder, { recursive: true, force: true })
  })
  return place
}
