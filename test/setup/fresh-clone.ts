import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

interface SetupOptions {
  /** How the stand-in for npm behaves: `fails`, `no-compiler`, `node`, `broken-node`. */
  readonly npm?: string
  readonly nodeArguments?: readonly string[]
  readonly hasNpm?: boolean
}

const SCRIPTS = join(import.meta.dirname, '../../scripts')
const FAKE_NPM = join(import.meta.dirname, 'fake-npm.mjs')

/** A folder that looks like a fresh clone to the set-up, with a stand-in for npm. */
export class FreshClone {
  readonly #root = mkdtempSync(join(tmpdir(), 'hcfs-clone-'))

  constructor() {
    onTestFinished(() => rmSync(this.#root, { recursive: true, force: true }))
    cpSync(SCRIPTS, join(this.#root, 'scripts'), { recursive: true })
    mkdirSync(join(this.#root, 'packages/core'), { recursive: true })
    mkdirSync(join(this.#root, 'bin'))
    this.write('package-lock.json', '{}')
    this.write('packages/core/package.json', '{}')
    this.write('bin/npm', `#!/bin/sh\nexec "${process.execPath}" "${FAKE_NPM}" "$@"\n`)
    chmodSync(join(this.#root, 'bin/npm'), 0o755)
  }

  async setUp({ npm = '', nodeArguments = [], hasNpm = true }: SetupOptions = {}) {
    const PATH = hasNpm ? [join(this.#root, 'bin'), '/usr/bin', '/bin'].join(delimiter) : ''
    const child = spawn(process.execPath, [...nodeArguments, join(this.#root, 'scripts/setup.mjs')], {
      env: { PATH, FAKE_NPM: npm },
      cwd: tmpdir()
    })
    const [said, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'exit')])
    return { said, exitCode }
  }

  /** How often the set-up asked npm to install. */
  get installs(): number {
    return this.has('npm-calls') ? this.read('npm-calls').trim().split('\n').length : 0
  }

  has(path: string): boolean {
    return existsSync(join(this.#root, path))
  }

  read(path: string): string {
    return readFileSync(join(this.#root, path), 'utf8')
  }

  write(path: string, content: string): void {
    writeFileSync(join(this.#root, path), content)
  }
}
