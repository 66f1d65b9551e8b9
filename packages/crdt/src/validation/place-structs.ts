import type { StructLookup, StructPlace } from '../document/struct-lookup.ts'
import type { ScannedSection, ScannedStruct, ScannedUpdate, StructId } from './scan-update.ts'
import { updateRefusal } from './update-refusal.ts'

/** A struct with the place it inherits from what it stands beside. */
export interface PlacedStruct {
  readonly struct: ScannedStruct
  readonly place: StructPlace
}

export interface PlacingContext {
  /** How far each client is written in what the author saw. */
  readonly base: ReadonlyMap<number, number>
  readonly lookup: StructLookup
}

/**
 * Finds the place of every struct and the order in which they can be integrated.
 *
 * 1. Each struct comes after all that it names, and those of one client keep
 *    their order; where that leaves a choice, sections come as in the bytes.
 * 2. Every id named lies in `base` or in an earlier struct of the update,
 *    whatever else the receiver holds: `UPDATE_REFERENCE_UNKNOWN`.
 * 3. Both neighbours of a struct have one place, so no item can hang between two
 *    parents: `UPDATE_PARENT_INVALID`.
 */
export function placeStructs({ sections }: ScannedUpdate, context: PlacingContext): PlacedStruct[] {
  return new Placing(sections, context).run()
}

/** A section and how much of it is placed: exactly `placed.length` structs. */
interface Progress {
  readonly section: ScannedSection
  readonly placed: PlacedStruct[]
  /** Set while another section has to go on first. */
  isWaiting: boolean
}

class Placing {
  readonly #context: PlacingContext
  readonly #progress = new Map<number, Progress>()
  readonly #order: PlacedStruct[] = []
  /** The section whose turn it is, and above it those it waits for. */
  readonly #stack: Progress[] = []

  constructor(sections: readonly ScannedSection[], context: PlacingContext) {
    this.#context = context
    for (const section of sections) this.#progress.set(section.client, { section, placed: [], isWaiting: false })
  }

  run(): PlacedStruct[] {
    for (const progress of this.#progress.values()) {
      while (progress.placed.length < progress.section.structs.length) this.#placeNextOf(progress)
    }
    return this.#order
  }

  /** Places the next struct of a section, after those of other sections that it waits for. */
  #placeNextOf(first: Progress): void {
    const stack = this.#stack
    stack.push(first)
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const struct = top.section.structs[top.placed.length]!
      const missing = this.#missing(struct.origin) ?? this.#missing(struct.rightOrigin)
      if (missing === undefined) {
        this.#place(top, struct)
        top.isWaiting = false
        stack.pop()
        continue
      }
      if (missing === top || missing.isWaiting) throw referenceUnknown(struct, 'one that comes after it')
      top.isWaiting = true
      stack.push(missing)
    }
  }

  /** The section that has to go on before a struct that names `id` can be placed. */
  #missing(id: StructId | undefined): Progress | undefined {
    if (id === undefined || id.clock < this.#baseClock(id.client)) return undefined
    const progress = this.#progress.get(id.client)
    if (progress === undefined || id.clock >= progress.section.clock + progress.section.length) {
      throw referenceUnknown(id, 'one that its author had not seen')
    }
    return id.clock < placedEnd(progress) ? undefined : progress
  }

  #place(progress: Progress, struct: ScannedStruct): void {
    const left = struct.origin && this.#placeOf(struct.origin)
    const right = struct.rightOrigin && this.#placeOf(struct.rightOrigin)
    if (left !== undefined && right !== undefined && (left.root !== right.root || left.key !== right.key)) {
      throw updateRefusal('UPDATE_PARENT_INVALID', 'a struct stands between two parents', idOf(struct))
    }
    const place = struct.place ?? left ?? right
    if (place === undefined) throw referenceUnknown(struct, 'one that has no place')
    const placed = { struct, place }
    progress.placed.push(placed)
    this.#order.push(placed)
  }

  #placeOf(id: StructId): StructPlace {
    const place =
      id.clock < this.#baseClock(id.client)
        ? this.#context.lookup.find(id.client, id.clock)
        : placeAt(this.#progress.get(id.client)?.placed ?? [], id.clock)
    if (place === undefined) throw referenceUnknown(id, 'one that the document does not hold')
    return place
  }

  #baseClock(client: number): number {
    return this.#context.base.get(client) ?? 0
  }
}

function placedEnd({ section, placed }: Progress): number {
  return section.structs[placed.length]?.clock ?? section.clock + section.length
}

/** The place of the struct that holds a clock, of structs without a gap. */
function placeAt(structs: readonly PlacedStruct[], clock: number): StructPlace | undefined {
  let low = 0
  let high = structs.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (structs[middle]!.struct.clock <= clock) low = middle
    else high = middle - 1
  }
  return structs[low]?.place
}

function referenceUnknown(id: StructId, what: string) {
  return updateRefusal('UPDATE_REFERENCE_UNKNOWN', `a struct names ${what}`, idOf(id))
}

function idOf({ client, clock }: StructId) {
  return { client, clock }
}
