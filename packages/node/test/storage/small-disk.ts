import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'vitest'
import { onTestFinished } from 'vitest'

/** A disk of its own, of a size that the test chooses. */
export interface SmallDisk {
  readonly path: string
  resize(sizeBytes: number): void
  setReadOnly(isReadOnly: boolean): void
}

/** Needs Linux and the right to mount; elsewhere the test is skipped and says why. */
export function mountSmallDisk(context: TestContext, sizeBytes: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'hcfs-disk-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes}`, 'tmpfs', path], { stdio: 'pipe' })
  } catch {
    context.skip('mounting a disk of its own is not allowed here')
  }
  onTestFinished(() => void execFileSync('umount', ['--lazy', path]))
  const remount = (option: string): void => void execFileSync('mount', ['-o', `remount,${option}`, path])
  return {
    path,
    resize: (bytes) => remount(`size=${bytes}`),
    setReadOnly: (isReadOnly) => remount(isReadOnly ? 'ro' : 'rw')
  }
}
