// Runs `npm start` as a newcomer does and passes when it ends well in time.
import { spawn } from 'node:child_process'

const TIME_LIMIT_MS = 5 * 60_000

const child = spawn('npm', ['start'], { stdio: ['ignore', 'inherit', 'inherit'], detached: true })
const timer = setTimeout(() => {
  console.error(`npm start did not end within ${TIME_LIMIT_MS / 1000} s`)
  process.kill(-child.pid, 'SIGKILL')
}, TIME_LIMIT_MS)
child.on('exit', (code) => {
  clearTimeout(timer)
  process.exitCode = code ?? 1
})
