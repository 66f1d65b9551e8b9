import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The process that opened a data directory last. It may be gone: only the store's lock says that it is there. */
export async function holderOf(directory: string): Promise<number | undefined> {
  try {
    const holder: unknown = JSON.parse(await readFile(join(directory, 'holder.json'), 'utf8'))
    if (typeof holder !== 'object' || holder === null || !('pid' in holder)) return undefined
    return typeof holder.pid === 'number' ? holder.pid : undefined
  } catch {
    return undefined
  }
}

export function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
