import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

const RETRY_PAUSE_MS = 200

/**
 * Runs `work` while no other process does, so that `npm start` and `npm test`
 * begun together install once. A lock whose holder is gone was left by a crash
 * and is taken over.
 *
 * 1. The lock file appears with its text in one step, so nobody reads half of it.
 * 2. Every holder's token is its own. Who finds a dead holder must first take the
 *    right to remove that one token, which is a lock as well. So two waiters that
 *    find the same dead lock never remove the new lock of each other.
 * 3. A holder is gone when its process is, or when its number meanwhile belongs
 *    to a process that started at another time (as after a reboot or in a new
 *    container).
 */
export async function withInstallLock(file, say, work) {
  const mine = { processId: process.pid, startedAt: processState(process.pid)?.startedAt ?? '', token: randomUUID() }
  for (let isFirstTry = true; !tryTake(file, mine); isFirstTry = false) {
    if (isFirstTry) sayWhoHolds(file, say)
    await wait(RETRY_PAUSE_MS)
  }
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}

/** One attempt; `mine` is who will hold the lock if it succeeds. */
export function tryTake(file, mine) {
  if (create(file, mine)) return true
  const holder = readHolder(file)
  if (holder === undefined || isAlive(holder)) return false
  const removalRight = `${file}.${holder.token}`
  if (!tryTake(removalRight, mine)) return false
  try {
    if (readHolder(file)?.token === holder.token) rmSync(file)
  } finally {
    rmSync(removalRight)
  }
  return create(file, mine)
}

function create(file, mine) {
  const draft = `${file}.${mine.token}.new`
  writeFileSync(draft, JSON.stringify(mine))
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft)
  }
}

function sayWhoHolds(file, say) {
  const holder = readHolder(file)
  if (holder === undefined) return
  say(`waiting for the set-up that process ${holder.processId} runs (if it runs none, delete ${file}) …`)
}

function readHolder(file) {
  try {
    return parseHolder(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

/** A power cut can leave a file without its text; no living process holds such a lock. */
function parseHolder(text) {
  try {
    const { processId, startedAt, token } = JSON.parse(text)
    if (Number.isSafeInteger(processId) && /^[0-9a-f-]{36}$/.test(token)) return { processId, startedAt, token }
  } catch {
    // Falls through to the same answer as for any other text.
  }
  return { processId: undefined, startedAt: '', token: 'unreadable' }
}

function isAlive({ processId, startedAt }) {
  if (processId === undefined || !isRunning(processId)) return false
  const state = processState(processId)
  if (state === undefined) return true
  return !state.isDefunct && (startedAt === '' || state.startedAt === startedAt)
}

function isRunning(processId) {
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** What Linux tells of a process; undefined on other systems, where its number has to do. */
function processState(processId) {
  try {
    const text = readFileSync(`/proc/${processId}/stat`, 'utf8')
    // The fields begin behind the name in parentheses: the 3rd is the state, the 22nd the start in clock ticks.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { isDefunct: fields[0] === 'Z' || fields[0] === 'X', startedAt: fields[19] }
  } catch {
    return undefined
  }
}
