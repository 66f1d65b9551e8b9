import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { RandomVectors } from '../random-vectors.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { emptyShard, load, newShard } from './saved-shard.ts'

const PROGRAM = join(import.meta.dirname, 'save-for-ever.ts')
const KILL_COUNT = 3

test('a process that is killed while it saves leaves a whole snapshot, again and again', async () => {
  const directory = temporaryDirectory()
  const query = new RandomVectors({ shape: 'noise', dimensions: 8, seed: 99 }).one()
  const answers = [newShard(2), newShard(1)].map((shard) => shard.search(query, 1_000))

  for (let saves = 1; saves <= KILL_COUNT; saves += 1) {
    await killAfterSaves(directory, saves)

    const loaded = emptyShard()
    const frontier = load(directory, loaded)
    expect(frontier).toBeGreaterThanOrEqual(1)
    expect(loaded.search(query, 1_000)).toEqual(answers[(frontier ?? 0) % 2])
  }
})

/** Kills it wherever it happens to be after it said so often that it saved. */
async function killAfterSaves(directory: string, saves: number): Promise<void> {
  const child = spawn(process.execPath, ['--conditions=hcfs-source', PROGRAM, directory], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  for await (const text of child.stdout) {
    said += String(text)
    if (said.split('\n').length > saves) break
  }
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}
