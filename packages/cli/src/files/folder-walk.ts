import type { Dirent } from 'node:fs'
import { existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import type { Ignore } from 'ignore'
import ignore from 'ignore'
import type { FoundFile, SkippedFile } from './found-file.ts'

const IGNORE_FILE = '.gitignore'

/** The rules of one folder, which hold for what lies below it. */
interface IgnoreRules {
  readonly folder: string
  readonly rules: Ignore
}

/**
 * The files of a folder and of the folders in it, in the order of their names.
 * Follows no links, which could lead anywhere, and leaves out what `.gitignore`
 * files name, repositories of git, and data directories of nodes.
 */
export async function* filesIn(folder: string, onSkipped: (skipped: SkippedFile) => void): AsyncGenerator<FoundFile> {
  yield* walk({ root: folder, folder, ignored: await rulesAbove(folder) }, onSkipped)
}

/** Inside a repository the rules hold that stand between its top and the folder. */
async function rulesAbove(folder: string): Promise<IgnoreRules[]> {
  const above = foldersAbove(folder)
  const top = [folder, ...above].findIndex((each) => existsSync(join(each, '.git')))
  const rules: IgnoreRules[] = []
  for (const each of above.slice(0, Math.max(0, top)).toReversed()) rules.push(...(await ignoreRulesOf(each)))
  return rules
}

function foldersAbove(folder: string): string[] {
  const above = dirname(folder)
  return above === folder ? [] : [above, ...foldersAbove(above)]
}

interface WalkState {
  readonly root: string
  readonly folder: string
  readonly ignored: readonly IgnoreRules[]
}

async function* walk(state: WalkState, onSkipped: (skipped: SkippedFile) => void): AsyncGenerator<FoundFile> {
  const { root, folder } = state
  const entries = await readdir(folder, { withFileTypes: true })
  const ignored = [...state.ignored, ...(await ignoreRulesOf(folder))]
  entries.sort((left, right) => (left.name < right.name ? -1 : 1))
  for (const entry of entries) {
    const path = join(folder, entry.name)
    const reason = reasonToSkip(entry, path, ignored)
    if (reason !== undefined) {
      onSkipped({ file: relative(root, path), reason })
    } else if (entry.isDirectory()) {
      yield* walk({ root, folder: path, ignored }, onSkipped)
    } else {
      const { size } = await stat(path)
      yield { file: path, names: relative(root, path).split(sep), bytes: size }
    }
  }
}

async function ignoreRulesOf(folder: string): Promise<IgnoreRules[]> {
  const file = join(folder, IGNORE_FILE)
  const isThere = await stat(file)
    .then((found) => found.isFile())
    .catch(() => false)
  return isThere ? [{ folder, rules: ignore().add(await readFile(file, 'utf8')) }] : []
}

function reasonToSkip(entry: Dirent, path: string, ignored: readonly IgnoreRules[]): string | undefined {
  if (entry.isSymbolicLink()) return 'is a link; links are not followed'
  if (!entry.isDirectory() && !entry.isFile()) return 'is not a file'
  if (entry.isDirectory() && entry.name === '.git' && existsSync(join(path, 'HEAD'))) return 'belongs to git'
  if (entry.isDirectory() && existsSync(join(path, 'store', 'CURRENT'))) return 'is the data directory of a node'
  return isIgnored(path, entry.isDirectory(), ignored) ? 'is named in .gitignore' : undefined
}

/** The rules nearest to a file decide, as git has it. */
function isIgnored(path: string, isFolder: boolean, ignored: readonly IgnoreRules[]): boolean {
  for (const { folder, rules } of ignored.toReversed()) {
    const name = relative(folder, path).split(sep).join('/')
    const verdict = rules.test(isFolder ? `${name}/` : name)
    if (verdict.ignored) return true
    if (verdict.unignored) return false
  }
  return false
}
