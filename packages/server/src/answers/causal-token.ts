import type { IncomingHttpHeaders } from 'node:http'
import type { Token } from '@hcfs/core'

/** `hcfs-after` names what a read has to see at least. */
export function afterOf(headers: IncomingHttpHeaders): { after?: Token } {
  const after = headers['hcfs-after']
  return typeof after === 'string' && after !== '' ? { after } : {}
}
