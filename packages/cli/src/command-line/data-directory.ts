import { statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Environment } from './environment.ts'

/** Where a data directory was named; `hcfs doctor` tells people. */
export type DirectorySource = 'option' | 'variable' | 'nearest' | 'home'

export interface FoundDirectory {
  readonly path: string
  readonly source: DirectorySource
}

export const DIRECTORY_NAME = '.hcfs'

/**
 * The data directory of a command: `--dir`, else `HCFS_DIR`, else the nearest
 * `.hcfs` upwards from here, else `~/.hcfs`. The first two need not exist yet.
 */
export function findDataDirectory(
  option: string | undefined,
  { variables, workingDirectory, homeDirectory }: Pick<Environment, 'variables' | 'workingDirectory' | 'homeDirectory'>
): FoundDirectory {
  if (option !== undefined && option !== '') return { path: resolve(workingDirectory, option), source: 'option' }
  const named = variables['HCFS_DIR']
  if (named !== undefined && named !== '') return { path: resolve(workingDirectory, named), source: 'variable' }
  const nearest = nearestUpwards(workingDirectory)
  if (nearest !== undefined) return { path: nearest, source: 'nearest' }
  return { path: join(homeDirectory, DIRECTORY_NAME), source: 'home' }
}

function nearestUpwards(start: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    const candidate = join(folder, DIRECTORY_NAME)
    if (statSync(candidate, { throwIfNoEntry: false })?.isDirectory() === true) return candidate
    if (dirname(folder) === folder) return undefined
  }
}
