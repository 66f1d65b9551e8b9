import { access, constants, stat, statfs } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { NodeStatus, SearchStatus } from '@hcfs/core'
import { hasErrorCode } from '@hcfs/core'
import { connect } from '@hcfs/sdk'
import { bytesText } from '../command-line/amounts.ts'
import type { FoundDirectory } from '../command-line/data-directory.ts'
import { plainText } from '../command-line/plain-text.ts'
import { holderOf, isRunning } from './holder.ts'
import { readSettings } from './node-settings.ts'

export interface Check {
  readonly name: string
  readonly outcome: 'ok' | 'note' | 'wrong'
  readonly found: string
  /** What to do about it. */
  readonly remedy?: string
}

const NODE_VERSION_MIN = [22, 12] as const
const FREE_BYTES_WANTED = 1_073_741_824
const OTHERS = 0o077

const SOURCES: Readonly<Record<FoundDirectory['source'], string>> = {
  option: 'named by --dir',
  variable: 'named by HCFS_DIR',
  nearest: 'the nearest .hcfs upwards from here',
  home: 'in your home directory'
}

/** Looks at everything that commonly goes wrong. Changes nothing. */
export async function checkInstallation(directory: FoundDirectory): Promise<Check[]> {
  const exists = await stat(directory.path).catch(() => undefined)
  const general = [checkNode(), await checkVectors()]
  const place = { name: 'data directory', found: `${directory.path}, ${SOURCES[directory.source]}` }
  if (exists === undefined) {
    return [...general, { ...place, outcome: 'note', remedy: 'it does not exist yet; hcfs start makes it' }]
  }
  return [
    ...general,
    await checkAccess(directory.path, place),
    checkMode('privacy', directory.path, exists.mode),
    ...(await checkKeys(directory.path)),
    ...(await checkRecoveryKey(directory.path)),
    await checkSettings(directory.path),
    await checkSpace(directory.path),
    ...(await checkProcess(directory.path))
  ]
}

function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [majorMin, minorMin] = NODE_VERSION_MIN
  const isNewEnough = major > majorMin || (major === majorMin && minor >= minorMin)
  const check = { name: 'Node.js', found: process.version }
  return isNewEnough
    ? { ...check, outcome: 'ok' }
    : { ...check, outcome: 'wrong', remedy: `install Node.js ${NODE_VERSION_MIN.join('.')} or newer` }
}

async function checkVectors(): Promise<Check> {
  const name = 'vector library'
  try {
    createRequire(import.meta.url).resolve('hnswlib-node/build/Release/addon.node')
    return { name, outcome: 'ok', found: 'native' }
  } catch {
    return { name, outcome: 'note', found: 'absent', remedy: 'vectors will be searched exactly, which is slower' }
  }
}

async function checkAccess(path: string, place: { name: string; found: string }): Promise<Check> {
  try {
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK)
    return { ...place, outcome: 'ok' }
  } catch {
    return { ...place, outcome: 'wrong', remedy: 'you cannot write it; change its owner or permissions' }
  }
}

function checkMode(name: string, path: string, mode: number): Check {
  if (process.platform === 'win32' || (mode & OTHERS) === 0) return { name, outcome: 'ok', found: 'open to you alone' }
  return { name, outcome: 'wrong', found: `others may open ${path}`, remedy: `chmod go= ${path}` }
}

/** Whoever copies such a directory can take the network over, and its owner cannot take it back. */
async function checkRecoveryKey(directory: string): Promise<Check[]> {
  const files = ['owner.key', 'recovery.key'].map((name) => join(directory, name))
  const found = await Promise.all(files.map((file) => stat(file).catch(() => undefined)))
  if (found.includes(undefined)) return []
  const remedy = 'hcfs owner backup FILE seals both and removes recovery.key; keep the file elsewhere'
  return [{ name: 'recovery key', outcome: 'note', found: 'beside the owner key', remedy }]
}

async function checkKeys(directory: string): Promise<Check[]> {
  const files = ['device.key', 'owner.key', 'recovery.key'].map((name) => join(directory, name))
  const found = await Promise.all(files.map(async (file) => ({ file, stats: await stat(file).catch(() => undefined) })))
  const exposed = found.flatMap(({ file, stats }) => (stats === undefined ? [] : [checkMode('keys', file, stats.mode)]))
  const wrong = exposed.filter(({ outcome }) => outcome === 'wrong')
  return wrong.length > 0 ? wrong : exposed.slice(0, 1)
}

async function checkSettings(directory: string): Promise<Check> {
  try {
    await readSettings(directory)
    return { name: 'settings', outcome: 'ok', found: 'readable' }
  } catch (error) {
    return { name: 'settings', outcome: 'wrong', found: 'not usable', remedy: textOf(error) }
  }
}

async function checkSpace(directory: string): Promise<Check> {
  const { bavail, bsize } = await statfs(directory)
  const free = bavail * bsize
  const found = `${bytesText(free)} free`
  if (free >= FREE_BYTES_WANTED) return { name: 'disk', outcome: 'ok', found }
  return { name: 'disk', outcome: 'note', found, remedy: 'writes fail with STORAGE_FULL when nothing is left' }
}

async function checkProcess(directory: string): Promise<Check[]> {
  const name = 'node'
  try {
    await using node = await connect({ dir: directory })
    const status = await node.status()
    return [{ name, outcome: 'ok', found: runningText(status) }, checkSearch(status.search)]
  } catch (error) {
    const holder = await holderOf(directory)
    const isStuck = holder !== undefined && isRunning(holder) && hasErrorCode(error, 'NODE_NOT_RUNNING')
    if (isStuck) {
      const remedy = 'if that is a node, it is starting, stopping or embedded in a program; its log tells'
      return [{ name, outcome: 'note', found: `does not answer; process ${holder} opened the directory last`, remedy }]
    }
    if (hasErrorCode(error, 'NODE_NOT_RUNNING')) {
      return [{ name, outcome: 'note', found: 'not running', remedy: 'start it with: hcfs start' }]
    }
    return [{ name, outcome: 'wrong', found: 'does not answer', remedy: textOf(error) }]
  }
}

function checkSearch(search: SearchStatus | undefined): Check {
  const name = 'search'
  if (search === undefined) return { name, outcome: 'note', found: 'off', remedy: 'hcfs config set search on' }
  const { state, behind, skipped = 0, failure } = search
  if (failure !== undefined || state === 'failed') {
    const found = failure === undefined ? 'the index has failed' : plainText(failure)
    return { name, outcome: 'wrong', found, remedy: 'docs/SEARCH.md says what mends itself; else: hcfs reindex' }
  }
  if (skipped > 0) {
    const found = `${skipped.toLocaleString('en-US')} contexts could not be indexed`
    return { name, outcome: 'note', found, remedy: 'the log names them; hcfs reindex tries them again' }
  }
  return {
    name,
    outcome: 'ok',
    found: behind === 0 ? 'up to date' : `${behind.toLocaleString('en-US')} commits behind`
  }
}

function runningText({ version, contexts }: NodeStatus): string {
  return `running, version ${version}, ${contexts.toLocaleString('en-US')} contexts`
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
