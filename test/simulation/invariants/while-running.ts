import { bytesToHex, ROOT_PATH } from '@hcfs/core'
import type { ContextRow } from '../../../packages/node/src/replica/context-row.ts'
import { isShown, versionOf } from '../../../packages/node/src/replica/context-row.ts'
import type { FingerprintTrie } from '../../../packages/node/src/replica/fingerprint-trie.ts'
import { elementOf } from '../../../packages/node/src/replica/row-updater.ts'
import { SpaceFingerprints } from '../../../packages/node/src/replica/space-fingerprints.ts'
import { BrokenInvariant } from '../broken-invariant.ts'
import type { World } from '../world.ts'
import type { DiskState } from './disk-state.ts'
import { readDisk } from './disk-state.ts'

/** Holds at every moment of a run, whatever fails. */
export class WhileRunning {
  readonly #world: World
  /** What a version of a context was when it was first seen, on whichever node. */
  readonly #contents = new Map<string, string>()

  constructor(world: World) {
    this.#world = world
  }

  async check(): Promise<void> {
    const { machines, founding, parked } = this.#world
    for (const machine of machines) {
      const state = await readDisk(machine)
      this.#expectKnownContents(machine.name, state)
      assertFingerprints(machine.name, state, founding.fingerprintKey)
      if (machine.life !== undefined) parked.assertBounded(machine.life, state.log)
    }
  }

  #expectKnownContents(name: string, { rows }: DiskState): void {
    for (const row of rows) {
      const version = `${row.path} ${versionOf(row.heads)}`
      const content = contentOf(row)
      const known = this.#contents.get(version)
      if (known === undefined) this.#contents.set(version, content)
      else if (known !== content) {
        throw new BrokenInvariant('equal-heads-equal-content', `${name} has ${content} at ${version}, another ${known}`)
      }
    }
  }
}

/** Everything of a context that readers see. */
function contentOf(row: ContextRow): string {
  return JSON.stringify([isShown(row), row.content])
}

/** The leaves that are kept, against those that follow from the rows. */
export function assertFingerprints(name: string, { rows, leaves }: DiskState, fingerprintKey: Uint8Array): void {
  const rebuilt = new SpaceFingerprints(fingerprintKey)
  for (const row of rows) rebuilt.of(row.space ?? ROOT_PATH).add(elementOf(row))
  const kept = new SpaceFingerprints(fingerprintKey)
  kept.load(leaves)
  for (const space of new Set([...rebuilt.spaces(), ...kept.spaces()])) {
    const [is, should] = [rootOf(kept.of(space)), rootOf(rebuilt.of(space))]
    if (is === should) continue
    throw new BrokenInvariant('fingerprints-equal-a-rebuild', `${name} keeps ${is} for ${space}, not ${should}`)
  }
}

export function rootOf(trie: FingerprintTrie): string {
  const { sum, count } = trie.root()
  return `${count}:${bytesToHex(sum).slice(0, 16)}`
}
