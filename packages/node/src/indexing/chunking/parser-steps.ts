/** A text may take a fixed number of steps and some for each UTF-16 unit; usual code takes 0.004 to 0.011 a unit. */
const STEPS_BASE = 100
const STEPS_PER_UNIT = 0.016
/** Where no grammar fits, the parser tries many ways at once and a step takes several times as long. */
const STEPS_WHERE_WRONG = 8

/**
 * What a context may ask of the parsers, for all its pieces of code together, as their
 * progress callback counts it. Steps and units, not milliseconds, so that every machine
 * cuts a text in the same way.
 */
export class ParserSteps {
  #left: number
  #unitsLeft: number

  constructor(units: number, { stepsMax, unitsMax }: { readonly stepsMax: number; readonly unitsMax: number }) {
    this.#left = Math.min(stepsMax, STEPS_BASE + units * STEPS_PER_UNIT)
    this.#unitsLeft = unitsMax
  }

  /** Whether so many more units of code may be parsed. */
  takeUnits(units: number): boolean {
    if (units > this.#unitsLeft) return false
    this.#unitsLeft -= units
    return true
  }

  get areUsedUp(): boolean {
    return this.#left <= 0
  }

  /** Answers true when the parser has to stop. */
  take(isWrong: boolean): boolean {
    this.#left -= isWrong ? STEPS_WHERE_WRONG : 1
    return this.areUsedUp
  }
}
