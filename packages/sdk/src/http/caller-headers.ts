import type { By } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'

/** Who asks, as headers. They carry no Unicode, so values are percent-encoded. */
export function callerHeaders({ agent, run, origin }: By): Record<string, string> {
  return {
    ...(agent !== undefined && { 'hcfs-agent': encoded('by.agent', agent) }),
    ...(run !== undefined && { 'hcfs-run': encoded('by.run', run) }),
    ...(origin !== undefined && { 'hcfs-origin': encoded('by.origin', origin) })
  }
}

function encoded(name: string, text: unknown): string {
  if (typeof text === 'string' && text.isWellFormed()) return encodeURIComponent(text)
  throw new HcfsError('BAD_REQUEST', `${name} is not text`)
}
