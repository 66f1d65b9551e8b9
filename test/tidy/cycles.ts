/** What each name points to. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>

/** One cycle through each group of nodes that reach each other, found by walking depth first. */
export function cyclesOf(graph: Graph): string[][] {
  const finished = new Set<string>()
  const trail: string[] = []
  const cycles: string[][] = []
  const visit = (name: string): void => {
    if (trail.includes(name)) cycles.push([...trail.slice(trail.indexOf(name)), name])
    if (trail.includes(name) || finished.has(name)) return
    trail.push(name)
    for (const next of graph.get(name) ?? []) visit(next)
    trail.pop()
    finished.add(name)
  }
  for (const name of graph.keys()) visit(name)
  return cycles
}
