/** Things in an order in which each comes after its past, which names them by their place; chosen by `choices`. */
export function inCausalOrder<Thing extends { readonly past: ReadonlySet<number> }>(
  things: readonly Thing[],
  choices: readonly number[]
): Thing[] {
  const waiting = new Set(things.keys())
  const order: Thing[] = []
  while (waiting.size > 0) {
    const ready = [...waiting].filter((index) => [...things[index]!.past].every((before) => !waiting.has(before)))
    const next = ready[(choices[order.length % choices.length] ?? 0) % ready.length]!
    waiting.delete(next)
    order.push(things[next]!)
  }
  return order
}
