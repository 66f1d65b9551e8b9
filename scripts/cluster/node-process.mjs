// One service as a process: started, asked for its health, stopped.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const CHECK_MS_MAX = 5_000
/** Beyond the 5 s that a node takes at most to end. */
const STOP_MS_MAX = 10_000

export class NodeProcess {
  #child
  #log

  constructor(service, { program, directory }) {
    this.service = service
    this.program = program
    this.logFile = join(directory, `${service.name}.log`)
    /** @type {'waiting' | 'starting' | 'healthy' | 'unhealthy' | 'stopped'} */
    this.state = 'waiting'
    this.status = undefined
  }

  get name() {
    return this.service.name
  }

  get pid() {
    return this.#child?.pid
  }

  start() {
    for (const folder of this.service.folders) mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#log = createWriteStream(this.logFile, { flags: 'a' })
    this.#child = spawn(this.program, [...this.service.command, '--json'], {
      env: { ...process.env, ...this.service.environment },
      stdio: ['ignore', 'pipe', 'pipe']
    })
    this.#child.stdout.pipe(this.#log, { end: false })
    this.#child.stderr.pipe(this.#log, { end: false })
    this.state = 'starting'
    this.#child.once('exit', () => {
      this.state = 'stopped'
      this.#log.end()
    })
  }

  get isRunning() {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Runs the health check of the compose file, which also says what the node holds. */
  async check() {
    if (!this.isRunning) return
    try {
      const { stdout } = await this.run(this.service.healthcheck)
      this.status = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
      this.state = 'healthy'
    } catch {
      // Its log says why; while it starts it is no fault.
      if (this.state === 'healthy') this.state = 'unhealthy'
    }
  }

  /** A command of this node. */
  run(words) {
    return promisify(execFile)(this.program, words, {
      env: { ...process.env, ...this.service.environment },
      timeout: CHECK_MS_MAX
    })
  }

  async stop() {
    if (!this.isRunning) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    const tooLate = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS_MAX)
    await ended
    clearTimeout(tooLate)
  }
}
