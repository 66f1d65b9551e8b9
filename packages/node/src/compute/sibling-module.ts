/**
 * The module `name` (without its ending) beside the one that asks, to be loaded
 * by its address: TypeScript where the sources run, JavaScript where `dist` does.
 * The compiler rewrites the endings of imports, but not those of addresses.
 */
export function siblingModule(importMetaUrl: string, name: string): URL {
  const ending = runsFromSources(importMetaUrl) ? 'ts' : 'js'
  return new URL(`${name}.${ending}`, importMetaUrl)
}

export function runsFromSources(importMetaUrl: string): boolean {
  return new URL(importMetaUrl).pathname.endsWith('.ts')
}
