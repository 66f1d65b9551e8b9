import type { NetworkFace } from '@hcfs/server'
import { usageError } from './usage-error.ts'

const PORT_MAX = 65_535

/** Any port of this machine alone. */
export const HTTP_DEFAULT = '127.0.0.1:0'

/** Reads `127.0.0.1:7070`, `[::1]:0` or `off`, which is no place at all. */
export function parseHttpPlace(text: string, isOpenWithoutKey: boolean): NetworkFace | undefined {
  if (text === 'off') return undefined
  const [, v6, name, digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text) ?? []
  const host = v6 ?? name
  const port = Number(digits)
  if (host !== undefined && port <= PORT_MAX) return { host, port, isOpenWithoutKey }
  throw usageError(`--http takes HOST:PORT, such as 127.0.0.1:7070, or off; not "${text}"`)
}
