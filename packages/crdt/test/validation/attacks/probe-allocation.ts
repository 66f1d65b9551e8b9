import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const PROBE = new URL('./allocation-probe.ts', import.meta.url).pathname
const MEMORY_MIB_MAX = 1_024
const YOUNG_MIB = 256

/** What refusing each attack allocates, by its name. */
export async function allocatedByValidation(): Promise<Record<string, number>> {
  return JSON.parse(await probe())
}

/** What Yjs allocates for one bomb. */
export async function allocatedByYjs(attackName: string): Promise<number> {
  return JSON.parse(await probe(attackName))
}

async function probe(...args: readonly string[]): Promise<string> {
  const flags = [
    '--conditions=hcfs-source',
    '--expose-gc',
    `--min-semi-space-size=${YOUNG_MIB}`,
    `--max-semi-space-size=${YOUNG_MIB}`,
    `--max-old-space-size=${MEMORY_MIB_MAX}`
  ]
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, PROBE, ...args])
  return stdout
}
