// Does what a newcomer does: runs `npm start`, waits until the node says that it
// is ready, writes and reads a context in it, stops it with ctrl-c, and passes
// when all of that went well in time.
import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const READY_LIMIT_MS = 5 * 60_000
const STOP_LIMIT_MS = 15_000

const root = fileURLToPath(new URL('..', import.meta.url))
const child = spawn('npm', ['start'], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], detached: true })
const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal })))
const kill = (signal) => process.kill(-child.pid, signal)

async function withLimit(work, limitMs, what) {
  let timer
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took more than ${limitMs / 1000} s`)), limitMs)
  })
  return Promise.race([work, limit]).finally(() => clearTimeout(timer))
}

function untilReady() {
  return new Promise((resolve, reject) => {
    let printed = ''
    child.stdout.on('data', (chunk) => {
      process.stdout.write(chunk)
      printed += chunk
      if (/^ready/m.test(printed)) resolve()
    })
    ended.then(({ code }) => reject(new Error(`npm start ended with ${code} before it was ready`)))
  })
}

function hcfs(...words) {
  const result = spawnSync('bin/hcfs', words, { cwd: root, encoding: 'utf8' })
  if (result.status !== 0) throw new Error(`hcfs ${words.join(' ')} ended with ${result.status}: ${result.stderr}`)
  return result.stdout
}

try {
  await withLimit(untilReady(), READY_LIMIT_MS, 'npm start')
  const body = `written by the gate, process ${process.pid}`
  hcfs('put', '/gate/check', '--body', body)
  if (JSON.parse(hcfs('get', '/gate/check', '--json')).body !== body)
    throw new Error('the node gave back something else')
  kill('SIGINT')
  await withLimit(ended, STOP_LIMIT_MS, 'stopping')
  console.log('npm start came up, answered and stopped')
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
  if (child.exitCode === null && child.signalCode === null) kill('SIGKILL')
}
