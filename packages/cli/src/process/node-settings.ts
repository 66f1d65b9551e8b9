import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Durability, JsonObject, NodeLimitName, Retention } from '@hcfs/core'
import { HcfsError, NODE_LIMITS, parsePath, resolveNodeLimits } from '@hcfs/core'
import { parseDuration } from '../command-line/duration.ts'
import { embedderFrom, isEmbedder } from './embedder-text.ts'
import type { HttpSettings } from './http-settings.ts'
import { CORS_ORIGINS, checkedHttpSettings, corsOriginsFrom } from './http-settings.ts'
import type { NetworkSettings } from './network-settings.ts'
import {
  checkedNetworkSettings,
  isNetworkSettingName,
  NETWORK_SETTING_NAMES,
  networkSettingFrom,
  networkSettingText
} from './network-settings.ts'

/** What a node is started with; stands in `config.json` of its data directory. */
export interface NodeSettings extends NetworkSettings, HttpSettings {
  readonly name?: string
  readonly durability?: Durability
  /** By space, how long its history is wanted. */
  readonly retention?: Retention
  /** `words` searches without vectors, `off` not at all. */
  readonly search?: SearchSetting
  /** See docs/SEARCH.md; the node checks it when it starts. */
  readonly embedder?: JsonObject
  /** See docs/SEARCH.md; the node checks it when it starts. */
  readonly reranker?: JsonObject
  readonly limits?: { readonly [Name in NodeLimitName]?: number }
}

export type SearchSetting = (typeof SEARCH_SETTINGS)[number]

export const SETTINGS_FILE = 'config.json'

const SEARCH_SETTINGS = ['on', 'words', 'off'] as const
const OWNER_ONLY = 0o600
const LIMIT_PREFIX = 'limits.'
const RETENTION_PREFIX = 'retention.'
const NAME_BYTES_MAX = 128

/** Nothing set, when there is no file. */
export async function readSettings(directory: string): Promise<NodeSettings> {
  const file = join(directory, SETTINGS_FILE)
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return '{}'
    throw error
  })
  try {
    return settingsFrom(JSON.parse(text))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new HcfsError('FILE_INVALID', `The settings in ${file} cannot be used: ${why}. Correct or delete that file`, {
      cause: error,
      details: { file }
    })
  }
}

/** Whole or not at all. */
export async function writeSettings(directory: string, settings: NodeSettings): Promise<void> {
  const file = join(directory, SETTINGS_FILE)
  await writeFile(`${file}.new`, `${JSON.stringify(settings, undefined, 2)}\n`, { mode: OWNER_ONLY })
  await rename(`${file}.new`, file)
}

/** Every name that `hcfs config` takes. */
export function settingNames(): string[] {
  return [
    'name',
    'durability',
    'search',
    'embedder',
    'reranker',
    ...NETWORK_SETTING_NAMES,
    CORS_ORIGINS,
    `${RETENTION_PREFIX}/`,
    ...Object.keys(NODE_LIMITS).map((name) => LIMIT_PREFIX + name)
  ]
}

export function settingOf(settings: NodeSettings, name: string): string | number | undefined {
  assertKnown(name)
  if (name === 'name') return settings.name
  if (name === 'durability') return settings.durability
  if (name === 'search') return settings.search
  if (name === 'embedder') return settings.embedder && JSON.stringify(settings.embedder)
  if (isNetworkSettingName(name)) return networkSettingText(settings, name)
  if (name === CORS_ORIGINS) return settings[CORS_ORIGINS]?.join(',')
  if (name === 'reranker') return settings.reranker && JSON.stringify(settings.reranker)
  if (name.startsWith(RETENTION_PREFIX)) return settings.retention?.[name.slice(RETENTION_PREFIX.length)]
  return Object.entries(settings.limits ?? {}).find(([limit]) => LIMIT_PREFIX + limit === name)?.[1]
}

/** Without a value the setting goes back to its default. */
export function withSetting(settings: NodeSettings, name: string, value: string | undefined): NodeSettings {
  assertKnown(name)
  if (name.startsWith(RETENTION_PREFIX)) {
    const space = parsePath(name.slice(RETENTION_PREFIX.length))
    const keepMs = value === undefined ? undefined : parseDuration(value)
    return settingsFrom({ ...settings, retention: without(settings.retention ?? {}, space, keepMs) })
  }
  if (name === 'embedder' && value !== undefined) return settingsFrom({ ...settings, embedder: embedderFrom(value) })
  if (isNetworkSettingName(name) && value !== undefined) {
    return settingsFrom({ ...settings, [name]: networkSettingFrom(name, value) })
  }
  if (name === CORS_ORIGINS && value !== undefined) {
    return settingsFrom({ ...settings, [CORS_ORIGINS]: corsOriginsFrom(value) })
  }
  if (name === 'reranker' && value !== undefined) return settingsFrom({ ...settings, reranker: embedderFrom(value) })
  if (!name.startsWith(LIMIT_PREFIX)) return settingsFrom(without(settings, name, value))
  const limit = name.slice(LIMIT_PREFIX.length)
  return settingsFrom({
    ...settings,
    limits: without(settings.limits ?? {}, limit, value === undefined ? undefined : Number(value))
  })
}

function assertKnown(name: string): void {
  if (settingNames().includes(name) || name.startsWith(`${RETENTION_PREFIX}/`)) return
  throw new HcfsError('BAD_REQUEST', `No setting is called ${name}; hcfs config list shows them all`)
}

function without(object: object, key: string, value: unknown): object {
  const others = Object.entries(object).filter(([name]) => name !== key)
  return Object.fromEntries(value === undefined ? others : [...others, [key, value]])
}

function settingsFrom(json: unknown): NodeSettings {
  if (!isRecord(json)) throw invalid('they are not a JSON object')
  const {
    name,
    durability,
    search,
    embedder,
    reranker,
    retention,
    limits,
    listen,
    announce,
    discover,
    relay,
    [CORS_ORIGINS]: corsOrigins,
    ...others
  } = json
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw invalid(`there is no setting ${unknown}`)
  return {
    ...(name !== undefined && { name: checkedName(name) }),
    ...(durability !== undefined && { durability: checkedDurability(durability) }),
    ...(search !== undefined && { search: checkedSearch(search) }),
    ...(embedder !== undefined && { embedder: checkedEmbedder(embedder) }),
    ...(reranker !== undefined && { reranker: checkedReranker(reranker) }),
    ...checkedNetworkSettings({ listen, announce, discover, relay }),
    ...checkedHttpSettings({ [CORS_ORIGINS]: corsOrigins }),
    ...(retention !== undefined && { retention: checkedRetention(retention) }),
    ...(limits !== undefined && { limits: checkedLimits(limits) })
  }
}

function checkedName(name: unknown): string {
  const isGood = typeof name === 'string' && name.trim() !== '' && Buffer.byteLength(name) <= NAME_BYTES_MAX
  if (isGood) return name
  throw invalid(`name is a text of 1 to ${NAME_BYTES_MAX} bytes`)
}

function checkedDurability(durability: unknown): Durability {
  if (durability === 'disk' || durability === 'buffered') return durability
  throw invalid('durability is disk or buffered')
}

function checkedSearch(search: unknown): SearchSetting {
  const known = SEARCH_SETTINGS.find((setting) => setting === search)
  if (known !== undefined) return known
  throw invalid('search is on, words or off')
}

function checkedReranker(reranker: unknown): JsonObject {
  if (isEmbedder(reranker)) return reranker
  throw invalid('reranker is a JSON object with a kind')
}

function checkedEmbedder(embedder: unknown): JsonObject {
  if (isEmbedder(embedder)) return embedder
  throw invalid('embedder is a JSON object with a kind')
}

function checkedRetention(retention: unknown): Retention {
  if (!isRecord(retention)) throw invalid('retention is not a JSON object')
  return Object.fromEntries(
    Object.entries(retention).map(([space, keepMs]) => {
      if (Number.isSafeInteger(keepMs) && Number(keepMs) > 0) return [parsePath(space), Number(keepMs)]
      throw invalid(`the retention of ${space} is a whole number of milliseconds above 0`)
    })
  )
}

function checkedLimits(limits: unknown): NonNullable<NodeSettings['limits']> {
  if (!isRecord(limits)) throw invalid('limits is not a JSON object')
  try {
    resolveNodeLimits(limits as NonNullable<NodeSettings['limits']>)
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error))
  }
  return limits as NonNullable<NodeSettings['limits']>
}

function invalid(why: string): HcfsError {
  return new HcfsError('BAD_REQUEST', why)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
