import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'

/**
 * Remembers for what `node_modules` was installed. It lies inside that folder,
 * so whoever deletes the folder deletes the memory too.
 */
export class InstallStamp {
  #root

  constructor(root) {
    this.#root = root
  }

  isCurrent() {
    return existsSync(this.#file) && readFileSync(this.#file, 'utf8') === this.#wanted()
  }

  /** Before an install, so that one that is cut short counts as none. */
  clear() {
    rmSync(this.#file, { force: true })
  }

  write() {
    writeFileSync(this.#file, this.#wanted())
  }

  get #file() {
    return join(this.#root, 'node_modules', '.hcfs-setup-stamp')
  }

  /**
   * Changes whenever another install would give another `node_modules`. The
   * processor counts because the native library is compiled for exactly this one.
   */
  #wanted() {
    const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${cpus()[0]?.model}\n`)
    for (const file of this.#packageFiles()) hash.update(`${file}\0`).update(readFileSync(join(this.#root, file)))
    return hash.digest('hex')
  }

  #packageFiles() {
    const folders = readdirSync(join(this.#root, 'packages'))
    const files = ['package.json', 'package-lock.json', ...folders.map((name) => `packages/${name}/package.json`)]
    return files.filter((file) => existsSync(join(this.#root, file))).sort()
  }
}
