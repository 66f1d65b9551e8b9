import type { JsonValue } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { Static } from 'typebox'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { SearchBody } from '../routes/search-routes.ts'
import { STRICT } from '../schemas/contents.ts'

const ID = Type.String({ minLength: 1, maxLength: 64 })
const Subscribe = Type.Object(
  {
    type: Type.Literal('subscribe'),
    id: ID,
    under: Type.Optional(Type.String()),
    from: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
    values: Type.Optional(Type.Boolean()),
    effective: Type.Optional(Type.Boolean())
  },
  STRICT
)
const Search = Type.Object({ type: Type.Literal('search'), id: ID, request: SearchBody }, STRICT)
const Unsubscribe = Type.Object({ type: Type.Literal('unsubscribe'), id: ID }, STRICT)
const Presence = Type.Object(
  { type: Type.Literal('presence'), path: Type.String(), state: Type.Unsafe<JsonValue>({}) },
  STRICT
)
const LiveMessage = Type.Union([Subscribe, Search, Unsubscribe, Presence])
const isLiveMessage = Compile(LiveMessage)

export type LiveMessage = Static<typeof LiveMessage>
export type SubscribeMessage = Static<typeof Subscribe>
export type SearchMessage = Static<typeof Search>

export const LIVE_MESSAGE_BYTES_MAX = 65_536

/** What a client of `/v1/live` said, or `BAD_REQUEST`. */
export function readLiveMessage(text: string): LiveMessage {
  const message = parsed(text)
  if (isLiveMessage.Check(message)) return message
  throw unreadable()
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw unreadable()
  }
}

function unreadable(): HcfsError {
  return new HcfsError('BAD_REQUEST', 'This is no message of /v1/live; docs/LIVE.md lists them')
}
