import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

export interface LogFileOptions {
  readonly logFileBytesMax: number
  readonly logFilesKeptMax: number
}

const OWNER_ONLY_FILE = 0o600
const OWNER_ONLY_FOLDER = 0o700

/**
 * Appends lines to a file. A file that is full is renamed (`node.log` to
 * `node.log.1`, that to `node.log.2`, …) and the oldest one deleted.
 *
 * Writes at once and without buffers, so that the last words of a process that
 * dies are there. A disk that refuses them is no reason to stop a node.
 */
export class LogFile {
  readonly path: string
  readonly #options: LogFileOptions
  #bytes: number

  constructor(path: string, options: LogFileOptions) {
    this.path = path
    this.#options = options
    mkdirSync(dirname(path), { recursive: true, mode: OWNER_ONLY_FOLDER })
    this.#bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  }

  readonly write = (line: string): void => {
    const text = `${line}\n`
    const bytes = Buffer.byteLength(text)
    try {
      if (this.#bytes > 0 && this.#bytes + bytes > this.#options.logFileBytesMax) this.#rotate()
      appendFileSync(this.path, text, { mode: OWNER_ONLY_FILE })
      this.#bytes += bytes
    } catch {
      // A full disk: the node says so where it matters, in the answer to a write.
    }
  }

  #rotate(): void {
    const { logFilesKeptMax } = this.#options
    rmSync(this.#older(logFilesKeptMax - 1), { force: true })
    for (let age = logFilesKeptMax - 2; age >= 0; age -= 1) {
      if (statSync(this.#older(age), { throwIfNoEntry: false }) !== undefined) {
        renameSync(this.#older(age), this.#older(age + 1))
      }
    }
    this.#bytes = 0
  }

  #older(age: number): string {
    return age === 0 ? this.path : `${this.path}.${age}`
  }
}
