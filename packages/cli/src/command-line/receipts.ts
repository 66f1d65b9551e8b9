import type { Receipt, SubtreeReceipt } from '@hcfs/core'
import { countText } from './amounts.ts'
import type { Output } from './output.ts'
import { plainText } from './plain-text.ts'
import { shortVersion } from './version-names.ts'

/** What a write did: the receipt for programs, a line for people. */
export async function writeReceipt(out: Output, receipt: Receipt, what: string): Promise<void> {
  const { path, version, commit, durable, merged, token } = receipt
  if (out.isJson) {
    await out.json({ ...(commit && { commit }), path, version, durable, ...(merged && { merged }), token })
    return
  }
  const merging = merged === undefined ? '' : `, merged with changes of others to ${merged.parts.join(', ')}`
  const place = durable === 'disk' ? 'on disk' : 'not yet on disk'
  await out.line(
    `${what} ${plainText(path)}  ${out.paint('cyan', shortVersion(version))}  ${out.paint('dim', place)}${merging}`
  )
}

export async function writeSubtreeReceipt(out: Output, receipt: SubtreeReceipt, what: string): Promise<void> {
  if (out.isJson) {
    const { replicated: _, ...data } = receipt
    await out.json(data)
    return
  }
  await out.line(`${what} ${countText(receipt.contexts, 'context')}`)
}
