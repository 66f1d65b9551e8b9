import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RepositoryFile } from './repository-file.ts'
import type { Repository } from './rule.ts'
import { SourceFile } from './source-file.ts'

const DOT_FOLDERS_OF_OURS = ['.ci', '.devcontainer', '.github']

/** Made by tools, so nobody wrote what stands in them. */
const GENERATED_FOLDERS = ['coverage', 'dist', 'fixtures', 'node_modules', 'test/bench/results']

const SOURCE_ENDING = /\.(?:ts|mts|js|mjs|cjs)$/
const TEXT_ENDING = /(?:^|\/)(?:[^.]+|[^/]*\.(?:ts|mts|js|mjs|cjs|json|md|yml|yaml|sh|html|css)|\.[a-z]+)$/

/** Everything in the working tree that somebody wrote, tracked or not: a finding should not wait for `git add`. */
export function readRepository(root: string): Repository {
  const files = textFiles(root, '')
  const sources = files.filter(({ path }) => SOURCE_ENDING.test(path)).map((file) => new SourceFile(file))
  return { files, sources }
}

function textFiles(root: string, folder: string): RepositoryFile[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) return isOurs(path, entry.name) ? textFiles(root, path) : []
    if (!entry.isFile() || !TEXT_ENDING.test(path)) return []
    return [{ path, text: readFileSync(join(root, path), 'utf8') }]
  })
}

function isOurs(path: string, name: string): boolean {
  if (GENERATED_FOLDERS.includes(name) || GENERATED_FOLDERS.includes(path)) return false
  return !name.startsWith('.') || DOT_FOLDERS_OF_OURS.includes(name)
}
