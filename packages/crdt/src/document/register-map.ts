import type { FieldKeys, FieldStep, HybridTime, JsonObject } from '@hcfs/core'
import { doConflict, formatPointer, PointerTree } from '@hcfs/core'
import type * as Y from 'yjs'
import type { KeyOwner } from './owned-key.ts'
import { ownedKey } from './owned-key.ts'
import type { Register, RegisterRoot } from './register.ts'
import { compareRegisters, readRegister, storedRegister } from './register.ts'

/** Registers that count, and those that lost against one of them. */
export interface ResolvedRegisters {
  readonly kept: PointerTree<Register>
  readonly hidden: readonly Register[]
  /** The time of the latest; 0 when there is none. */
  readonly latestTime: number
}

/** Who writes, and when. */
export interface RegisterWrite {
  readonly owner: KeyOwner
  readonly time: HybridTime
}

/**
 * Taken from the latest to the earliest, each register is kept if it conflicts
 * with none that was kept before. The order they arrived in does not matter.
 */
export function resolveRegisters(registers: readonly Register[]): ResolvedRegisters {
  const kept = new PointerTree<Register>()
  const hidden: Register[] = []
  const sorted = registers.toSorted(compareRegisters)
  for (const register of sorted) {
    if (kept.hasConflict(register.keys)) hidden.push(register)
    else kept.insert(register.keys, register)
  }
  return { kept, hidden, latestTime: sorted[0]?.time ?? 0 }
}

/**
 * A JSON object in a flat Yjs map: one register for each leaf and writer.
 *
 * A write deletes the registers it has seen that conflict with it, those of
 * other writers included, and then writes its own. It also deletes what had lost
 * against a register that it deletes: or a value that nobody saw would appear.
 * So right after an edit the content is what the edit says.
 */
export class RegisterMap {
  readonly #root: RegisterRoot
  readonly #map: Y.Map<unknown>
  #resolved: ResolvedRegisters | undefined

  constructor(root: RegisterRoot, map: Y.Map<unknown>) {
    this.#root = root
    this.#map = map
  }

  get latestTime(): number {
    return this.#current().latestTime
  }

  toJson(): JsonObject {
    return this.#current().kept.toJsonObject((register) => register.value)
  }

  /** Inside a transaction. The steps are checked, and `time` is later than that of every register here. */
  write(steps: readonly FieldStep[], { owner, time }: RegisterWrite): void {
    for (const { keys, leaves } of steps) {
      const gone = this.#takeConflicting(keys)
      const written = (leaves ?? [{ keys, value: undefined }]).map((leaf): Register => {
        return { ...leaf, key: ownedKey(formatPointer(leaf.keys), owner), owner, time }
      })
      // A key that is written again needs no deletion: Yjs replaces its value.
      const kept = new Set(written.map(({ key }) => key))
      for (const { key } of gone) if (!kept.has(key)) this.#map.delete(key)
      for (const register of written) this.#put(register)
    }
  }

  /** The map was changed by an update. */
  forget(): void {
    this.#resolved = undefined
  }

  #put(register: Register): void {
    this.#map.set(register.key, storedRegister(register.time, register.value))
    const current = this.#current()
    current.kept.insert(register.keys, register)
    this.#resolved = { ...current, latestTime: register.time }
  }

  #takeConflicting(keys: FieldKeys): Register[] {
    const current = this.#current()
    const gone = current.kept.takeConflicting(keys)
    if (current.hidden.length === 0) return gone
    const pointers = [keys, ...gone.map((register) => register.keys)]
    const isGone = ({ keys }: Register): boolean => pointers.some((pointer) => doConflict(pointer, keys))
    const hiddenGone = current.hidden.filter(isGone)
    this.#resolved = { ...current, hidden: current.hidden.filter((register) => !isGone(register)) }
    return [...gone, ...hiddenGone]
  }

  #current(): ResolvedRegisters {
    this.#resolved ??= resolveRegisters(this.#registers())
    return this.#resolved
  }

  #registers(): Register[] {
    const registers: Register[] = []
    // Not `for … of`: the iterator of a Yjs map costs more than reading the entry.
    this.#map.forEach((stored, key) => {
      const register = readRegister(this.#root, key, stored)
      if (register !== undefined) registers.push(register)
    })
    return registers
  }
}
