import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'

export const REPOSITORY_ROOT = resolve(import.meta.dirname, '../..')

/** Git-ignored; inside the repository, so that code in it resolves our packages as a user's would. */
export const TEMPORARY_FOLDER = join(REPOSITORY_ROOT, 'test', '.tmp')

const NOT_OURS = new Set(['node_modules', 'dist', 'coverage', '.git', '.hcfs', '.tmp'])

/** Every Markdown page of the repository by its path from the root, written with slashes. */
export function markdownPages(): Map<string, string> {
  const pages = new Map<string, string>()
  for (const file of markdownFilesIn(REPOSITORY_ROOT)) {
    pages.set(relative(REPOSITORY_ROOT, file).split(sep).join('/'), readFileSync(file, 'utf8'))
  }
  return pages
}

export function isInRepository(path: string): boolean {
  return existsSync(join(REPOSITORY_ROOT, path))
}

/** Names of the scripts that `npm run` knows. */
export function npmScripts(): Set<string> {
  const manifest: { scripts: Record<string, string> } = JSON.parse(
    readFileSync(join(REPOSITORY_ROOT, 'package.json'), 'utf8')
  )
  return new Set(Object.keys(manifest.scripts))
}

function markdownFilesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !NOT_OURS.has(entry.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return markdownFilesIn(path)
      return entry.name.endsWith('.md') ? [path] : []
    })
    .sort()
}
