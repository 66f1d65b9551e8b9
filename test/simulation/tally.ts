/** What can be injected into a run, and what came of it. */
export const TALLIED = [
  'commits',
  'acks',
  'copied',
  'roamed',
  'refused',
  'dropped',
  'duplicated',
  'forgotten',
  'spikes',
  'cuts',
  'crashes',
  'restarts',
  'failed-opens',
  'jumps',
  'full-disks',
  'lost-disks',
  'restored',
  'revoked',
  'lies',
  'parked',
  'voided'
] as const

export type Tallied = (typeof TALLIED)[number]

/** Counts what happened in one run. */
export class Tally {
  readonly #counts = new Map<Tallied, number>()

  count(name: Tallied, by = 1): void {
    this.#counts.set(name, this.of(name) + by)
  }

  of(name: Tallied): number {
    return this.#counts.get(name) ?? 0
  }
}
