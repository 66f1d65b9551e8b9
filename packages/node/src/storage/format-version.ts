import type { Logger } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import { keys } from './keys.ts'
import type { OrderedStore } from './ordered-store.ts'
import { directoryDamaged, indispensable } from './own-records.ts'

/** Of what this program writes. Grows by one with every change that an older program would misread. */
export const STORE_FORMAT_VERSION = 2

/** Brings a store one version on. Runs again from the start when it was cut short, so a second run over its own work must be harmless. */
export interface Migration {
  readonly from: number
  migrate(store: OrderedStore): Promise<void>
}

/** One for each version there ever was but the last. */
const MIGRATIONS: readonly Migration[] = [
  // Version 2 has more kinds of records; those of version 1 are as they were.
  { from: 1, migrate: async () => {} }
]

export interface FormatOptions {
  /** @default STORE_FORMAT_VERSION */
  formatVersion?: number
  /** @default MIGRATIONS */
  migrations?: readonly Migration[]
}

export type FormatOutcome =
  | { readonly kind: 'created' | 'current' }
  | { readonly kind: 'migrated'; readonly from: number }

const VERSION_PATTERN = /^[1-9]\d*$/

/** Marks an empty store, leaves one of this version alone, migrates an older one and refuses a newer one. */
export async function bringToFormat(
  { store, log }: { store: OrderedStore; log: Logger },
  { formatVersion = STORE_FORMAT_VERSION, migrations = MIGRATIONS }: FormatOptions = {}
): Promise<FormatOutcome> {
  const found = await readVersion(store)
  if (found === undefined) {
    await writeVersion(store, formatVersion)
    return { kind: 'created' }
  }
  if (found > formatVersion) throw tooNew(found, formatVersion)
  for (let version = found; version < formatVersion; version += 1) {
    const migration = migrations.find(({ from }) => from === version)
    if (migration === undefined) throw new TypeError(`There is no migration from format ${version}`)
    log.info('migration-started', { from: version, to: version + 1 })
    await migration.migrate(store)
    await writeVersion(store, version + 1)
    log.info('migration-finished', { from: version, to: version + 1 })
  }
  return found === formatVersion ? { kind: 'current' } : { kind: 'migrated', from: found }
}

async function readVersion(store: OrderedStore): Promise<number | undefined> {
  const text = indispensable('format', () => store.getTextSync(keys.meta('format')))
  if (text !== undefined && VERSION_PATTERN.test(text)) return Number(text)
  if (text === undefined && (await isEmpty(store))) return undefined
  throw directoryDamaged('format')
}

async function isEmpty(store: OrderedStore): Promise<boolean> {
  for await (const chunk of store.scanKeys({ limit: 1 })) return chunk.length === 0
  return true
}

/** Synced, so that what follows is never found under an older version. */
async function writeVersion(store: OrderedStore, version: number): Promise<void> {
  await store.batch([{ type: 'put', key: keys.meta('format'), value: String(version) }], { sync: true })
}

function tooNew(found: number, known: number): HcfsError {
  return new HcfsError(
    'FORMAT_TOO_NEW',
    `The data directory has format ${found}, written by a newer hcfs; this one reads up to format ${known}. Update hcfs`,
    { details: { found, known } }
  )
}
