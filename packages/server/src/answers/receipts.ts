import type { Receipt } from '@hcfs/core'
import type { FastifyReply } from 'fastify'
import { entityTag } from './entity-tags.ts'

/** What a read sends back as `hcfs-after` to see at least this. */
export const TOKEN_HEADER = 'hcfs-token'

/** What a write of one context answers. */
export function sendReceipt(reply: FastifyReply, receipt: Receipt): FastifyReply {
  return reply.header('etag', entityTag(receipt.version)).header(TOKEN_HEADER, receipt.token).send(receipt)
}
