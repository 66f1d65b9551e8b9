/** The part of a native graph that we use. Vectors go in as plain arrays: it refuses typed ones. */
export interface NativeGraph {
  initIndex(maxElements: number, m: number, efConstruction: number): void
  resizeIndex(maxElements: number): void
  addPoint(vector: number[], node: number): void
  markDelete(node: number): void
  searchKnn(query: number[], k: number): { readonly neighbors: readonly number[] }
  setEf(ef: number): void
  getCurrentCount(): number
  getNumDimensions(): number
  writeIndexSync(file: string): void
  readIndexSync(file: string): void
}

export interface HnswLibrary {
  readonly HierarchicalNSW: new (space: 'ip', dimensions: number) => NativeGraph
}

// A variable, so that neither the compiler nor a bundler insists on a library that may be missing.
const LIBRARY: string = 'hnswlib-node'

/** Undefined where the library was not built: it has a native part, and not every machine has a compiler. */
export async function loadHnswLibrary(): Promise<HnswLibrary | undefined> {
  const module: unknown = await import(LIBRARY).catch(() => undefined)
  if (isLibrary(module)) return module
  const inner = typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined
  return isLibrary(inner) ? inner : undefined
}

function isLibrary(module: unknown): module is HnswLibrary {
  return (
    typeof module === 'object' &&
    module !== null &&
    'HierarchicalNSW' in module &&
    typeof module.HierarchicalNSW === 'function'
  )
}
