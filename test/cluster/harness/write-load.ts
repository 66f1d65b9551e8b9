import { SystemClock } from '@hcfs/core'
import type { ClusterMember } from './cluster-member.ts'

/** What a node said it had, and by name, who held it where that was asked for. */
export interface Acknowledged {
  readonly path: string
  readonly body: string
  readonly holders?: readonly string[]
}

const PAUSE_MS = 50
/** Every so many writes the writer asks for copies. */
const RECEIPT_EVERY = 25
const COPIES = 3
const RECEIPT_MS_MAX = 3_000

const clock = new SystemClock()

/** Writes on one node as fast as it answers, whatever happens to it, until told to stop. */
export class WriteLoad {
  readonly acknowledged: Acknowledged[] = []
  /** The codes of what failed, as nodes that are killed or full do. */
  readonly failures = new Map<string, number>()
  readonly #member: ClusterMember
  readonly #done: Promise<void>
  #isStopped = false

  constructor(member: ClusterMember) {
    this.#member = member
    this.#done = this.#write()
  }

  /** Resolves when the last write was answered. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#done
  }

  async #write(): Promise<void> {
    for (let turn = 0; !this.#isStopped; turn += 1) {
      try {
        const path = `/load/${this.#member.name}/${turn % 16}/${turn}`
        this.acknowledged.push(await this.#writeOne(path, turn))
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
        this.failures.set(code, (this.failures.get(code) ?? 0) + 1)
        await clock.wait(PAUSE_MS)
      }
    }
  }

  async #writeOne(path: string, turn: number): Promise<Acknowledged> {
    const { contexts } = await this.#member.node()
    const body = `${turn} of ${this.#member.name}\n`
    const receipt = await contexts.put(path, { body })
    if (turn % RECEIPT_EVERY !== 0) return { path, body }
    // Whoever is away now may hold it later; the promise fails then, and the write stands.
    const copies = await receipt.replicated({ copies: COPIES, timeoutMs: RECEIPT_MS_MAX }).catch(() => undefined)
    return { path, body, ...(copies && { holders: copies.holders }) }
  }
}
