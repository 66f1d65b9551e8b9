/** Numbered as in docs/SIMULATION.md. */
export const INVARIANTS = {
  'no-acked-write-lost': 1,
  'equal-heads-equal-content': 2,
  'fingerprints-equal-a-rebuild': 3,
  'valid-under-the-policy': 4,
  'nothing-pending': 5,
  'no-clock-claimed-twice': 6,
  'deleted-stays-deleted': 7,
  'reads-see-own-writes': 8,
  'copies-survive': 9,
  'queues-bounded': 10,
  'converges-in-time': 11,
  'store-verifies': 12,
  'no-unexpected-failure': 13,
  'spaces-stay-inside': 14
} as const

export type InvariantName = keyof typeof INVARIANTS

/** What must never happen, happened. */
export class BrokenInvariant extends Error {
  readonly invariant: InvariantName

  constructor(invariant: InvariantName, message: string) {
    super(`${invariant} (${INVARIANTS[invariant]}): ${message}`)
    this.name = 'BrokenInvariant'
    this.invariant = invariant
  }
}
