import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Random } from '@hcfs/core'
import { SystemClock } from '@hcfs/core'
import { openNode } from '@hcfs/node'
import type { Ack } from './acknowledged.ts'
import { expectIntact } from './acknowledged.ts'

const WRITER = fileURLToPath(new URL('busy-writer.ts', import.meta.url))
/** Counted in acknowledgements and not in time, so that a slow machine writes as much. */
const LIFE_ACKS_MAX = 150
const LAST_MS_MAX = 20

export interface KillLoopOptions {
  readonly kills: number
  readonly random: Random
}

/** Lets a process write, kills it at a random moment, opens what it left, and looks; again and again in one directory. */
export async function killAgainAndAgain({ kills, random }: KillLoopOptions): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), 'hcfs-kill-'))
  try {
    const acks: Ack[] = []
    for (let run = 0; run < kills; run += 1) {
      acks.push(...(await runUntilKilled(dir, { run, random })))
      await using node = await openNode({ dir })
      await expectIntact(node, acks)
    }
    return acks.length
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

async function runUntilKilled(dir: string, { run, random }: { run: number; random: Random }): Promise<Ack[]> {
  const seed = String(random.below(2 ** 32))
  const child = spawn(process.execPath, ['--conditions=hcfs-source', WRITER, dir, seed, String(run)], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const acks: Ack[] = []
  const dead = new AbortController()
  const exit = once(child, 'exit').then(([, signal]) => {
    dead.abort()
    return signal
  })
  const lifeAcks = random.below(LIFE_ACKS_MAX)
  let killing: Promise<void> | undefined
  for await (const line of createInterface({ input: child.stdout })) {
    const message = parseLine(line)
    if (message !== 'ready' && message !== undefined) acks.push(message)
    if (acks.length < lifeAcks) continue
    killing ??= killLater(() => child.kill('SIGKILL'), random.below(LAST_MS_MAX), dead.signal)
  }
  const signal = await exit
  await killing
  if (signal !== 'SIGKILL') throw new Error('The writer ended by itself; its standard error says why')
  return acks
}

async function killLater(kill: () => void, afterMs: number, signal: AbortSignal): Promise<void> {
  await new SystemClock().wait(afterMs, { signal }).catch(() => {})
  kill()
}

/** The last line may be torn, and was then not acknowledged to anybody. */
function parseLine(line: string): Ack | 'ready' | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
