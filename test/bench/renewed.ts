/**
 * Hands out one thing many times, and a new one after `usesMax`, so that what is
 * measured does not grow with the length of the run.
 */
export class Renewed<Thing> {
  readonly #make: () => Thing
  readonly #usesMax: number
  #thing: Thing
  #uses = 0

  constructor(make: () => Thing, usesMax: number) {
    this.#make = make
    this.#usesMax = usesMax
    this.#thing = make()
  }

  next(): Thing {
    if (this.#uses === this.#usesMax) {
      this.#thing = this.#make()
      this.#uses = 0
    }
    this.#uses += 1
    return this.#thing
  }
}
