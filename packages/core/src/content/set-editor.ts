/** One write of tags or links. */
export interface SetStep<Value> {
  readonly kind: 'add' | 'remove'
  readonly value: Value
}

/** How the values of a set are told apart and sorted. */
export interface SetOrder<Value> {
  /** Equal for equal values only. */
  readonly nameOf: (value: Value) => string
  readonly compare: (left: Value, right: Value) => number
}

/** A set of plain values while it is edited. */
export class SetEditor<Value> {
  readonly #base: readonly Value[]
  readonly #order: SetOrder<Value>
  readonly #values: Map<string, Value>
  readonly #steps: SetStep<Value>[] = []

  constructor(base: readonly Value[], order: SetOrder<Value>) {
    this.#base = base
    this.#order = order
    this.#values = new Map(base.map((value) => [order.nameOf(value), value]))
  }

  /** Every addition, also of what is there already (it then wins over a concurrent removal), and the removals of something. */
  get steps(): readonly SetStep<Value>[] {
    return this.#steps
  }

  has(value: Value): boolean {
    return this.#values.has(this.#order.nameOf(value))
  }

  add(value: Value): void {
    this.#values.set(this.#order.nameOf(value), value)
    this.#steps.push({ kind: 'add', value })
  }

  remove(value: Value): void {
    if (this.#values.delete(this.#order.nameOf(value))) this.#steps.push({ kind: 'remove', value })
  }

  /** Frozen and sorted. */
  toArray(): readonly Value[] {
    if (this.#steps.length === 0) return this.#base
    return Object.freeze([...this.#values.values()].sort(this.#order.compare))
  }
}
