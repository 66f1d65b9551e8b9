import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { settle } from '@hcfs/core'
import { Level } from 'level'

const WRITE_BUFFER_BYTES = 64 * 1_024 * 1_024

/** A temporary folder for the stores of one suite. */
export async function benchFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'hcfs-bench-'))
  return { path, remove: () => rm(path, { recursive: true }) }
}

/** LevelDB with the options of ours and nothing around it: what the floors of storage are measured on. */
export async function openRawStore(location: string): Promise<Level<string, string>> {
  const level = new Level<string, string>(location, { writeBufferSize: WRITE_BUFFER_BYTES, compression: false })
  await level.open()
  return level
}

interface WaitingPut {
  readonly key: string
  readonly value: string
  readonly done: () => void
}

/** The least that group commit can be: all puts that wait go into the next synced batch, of one record each. */
export class RawGroupCommit {
  readonly #level: Level<string, string>
  #waiting: WaitingPut[] = []
  #isWriting = false

  constructor(level: Level<string, string>) {
    this.#level = level
  }

  put(key: string, value: string): Promise<void> {
    return new Promise((done) => {
      this.#waiting.push({ key, value, done })
      if (!this.#isWriting) void this.#write()
    })
  }

  async #write(): Promise<void> {
    this.#isWriting = true
    // Until everybody who is about to write has done so.
    await settle()
    while (this.#waiting.length > 0) {
      const group = this.#waiting
      this.#waiting = []
      await this.#level.batch(
        group.map(({ key, value }) => ({ type: 'put', key, value })),
        { sync: true }
      )
      for (const { done } of group) done()
      await settle()
    }
    this.#isWriting = false
  }
}
