import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

const RETRY_PAUSE_MS = 200

/**
 * Runs `work` while no other process does, so that `npm start` and `npm test`
 * begun together install once. The lock names its holder's process id: a lock
 * whose holder is gone was left by a crash and is taken over.
 */
export async function withInstallLock(file, say, work) {
  let hasSaidWaiting = false
  while (!tryTake(file)) {
    const holder = readHolder(file)
    if (holder !== undefined && !isAlive(holder)) {
      rmSync(file, { force: true })
      continue
    }
    if (!hasSaidWaiting) say(`waiting for another set-up (process ${holder ?? 'unknown'}) …`)
    hasSaidWaiting = true
    await wait(RETRY_PAUSE_MS)
  }
  const release = () => rmSync(file, { force: true })
  process.once('exit', release)
  try {
    return await work()
  } finally {
    process.removeListener('exit', release)
    release()
  }
}

function tryTake(file) {
  try {
    const handle = openSync(file, 'wx')
    writeSync(handle, String(process.pid))
    closeSync(handle)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

function readHolder(file) {
  try {
    const text = readFileSync(file, 'utf8')
    return /^\d+$/.test(text) ? Number(text) : undefined
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

function isAlive(processId) {
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
