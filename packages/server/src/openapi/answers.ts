import type { TSchema } from 'typebox'
import { Type } from 'typebox'

/*
 * What the calls answer, for the description of the API. Answers may gain members, so nothing is strict here,
 * and nothing is cut off by these schemas: an answer is written as the node gave it.
 */

const By = Type.Object({
  agent: Type.Optional(Type.String()),
  run: Type.Optional(Type.String()),
  origin: Type.Optional(Type.String())
})
const AnyObject = Type.Unsafe<object>({ type: 'object' })
const Link = Type.Object({ to: Type.String(), rel: Type.String() })

const ContextAnswer = Type.Object({
  path: Type.String(),
  body: Type.String(),
  fields: AnyObject,
  tags: Type.Array(Type.String()),
  links: Type.Array(Link),
  meta: AnyObject,
  version: Type.String(),
  author: Type.String(),
  by: Type.Optional(By),
  updatedAt: Type.String()
})

const EffectiveAnswer = Type.Object({
  path: Type.String(),
  body: Type.String(),
  fields: AnyObject,
  tags: Type.Array(Type.String()),
  links: Type.Array(Link),
  meta: AnyObject,
  version: Type.Optional(Type.String()),
  chain: Type.Array(AnyObject),
  blame: AnyObject,
  violations: Type.Array(AnyObject)
})

const RECEIPT = {
  commit: Type.Optional(Type.String()),
  path: Type.String(),
  version: Type.String(),
  durable: Type.Union([Type.Literal('disk'), Type.Literal('buffered')]),
  merged: Type.Optional(Type.Object({ base: Type.String(), with: Type.String(), parts: Type.Array(Type.String()) })),
  token: Type.String()
}
const Receipt = Type.Object(RECEIPT)
const SubtreeReceipt = Type.Object({ ...RECEIPT, contexts: Type.Integer() })
const Lines = Type.String({ description: 'NDJSON: one JSON text per line' })
const ErrorText = Type.Object({ code: Type.String(), message: Type.String(), details: AnyObject })
const Batch = Type.Object({
  items: Type.Array(Type.Object({ receipt: Type.Optional(Receipt), error: Type.Optional(ErrorText) })),
  token: Type.String()
})
const Replica = Type.Object({
  member: Type.String(),
  name: Type.String(),
  isSelf: Type.Boolean(),
  state: Type.String(),
  reason: Type.Optional(Type.String()),
  detail: Type.Optional(Type.String()),
  lagCommits: Type.Integer(),
  lagMs: Type.Number(),
  heardAt: Type.Optional(Type.String()),
  nextRepairAt: Type.Optional(Type.String())
})
const Search = Type.Object({
  hits: Type.Array(
    Type.Object({
      path: Type.String(),
      snippet: Type.String(),
      score: Type.Number(),
      confidence: Type.Number(),
      version: Type.String()
    })
  ),
  coverage: Type.Object({ share: Type.Number(), cells: AnyObject, behind: Type.Integer() }),
  warnings: Type.Array(Type.String())
})

const ContextStatus = Type.Object({
  path: Type.String(),
  state: Type.String(),
  version: Type.String(),
  heads: Type.Array(Type.String()),
  author: Type.String(),
  by: Type.Optional(By),
  updatedAt: Type.String(),
  bodyBytes: Type.Integer(),
  history: Type.Object({ entries: Type.Integer(), bytes: Type.Integer() }),
  checkpoint: Type.Optional(AnyObject)
})
const SetChange = Type.Object({ added: Type.Array(Type.Unknown()), removed: Type.Array(Type.Unknown()) })
const Diff = Type.Object({
  body: Type.Array(AnyObject),
  fields: Type.Array(AnyObject),
  meta: Type.Array(AnyObject),
  tags: SetChange,
  links: SetChange
})
const NodeStatus = Type.Object({
  node: Type.String(),
  network: Type.String(),
  name: Type.String(),
  durability: Type.String(),
  version: Type.String(),
  startedAt: Type.String(),
  contexts: Type.Integer(),
  commits: Type.Integer(),
  trashed: Type.Integer(),
  storeBytes: Type.Integer(),
  search: Type.Optional(AnyObject)
})
const NetworkStatus = Type.Object({
  network: Type.String(),
  node: Type.String(),
  name: Type.String(),
  role: Type.String(),
  epoch: Type.Integer(),
  isOwnerReachable: Type.Boolean(),
  listen: Type.Array(Type.String()),
  peers: Type.Integer(),
  spaces: Type.Array(
    Type.Object({ space: Type.String(), isReplicatedHere: Type.Boolean(), replicas: Type.Array(Replica) })
  ),
  parked: Type.Array(AnyObject)
})
const Outcome = Type.Object({ state: Type.String(), epoch: Type.Optional(Type.Integer()) })
const Invitation = Type.Object({
  ticket: Type.String(),
  role: Type.String(),
  under: Type.String(),
  expiresAt: Type.String(),
  uses: Type.Integer(),
  addresses: Type.Array(Type.String())
})
const Revocation = Type.Object({
  member: Type.String(),
  name: Type.String(),
  grants: Type.Array(AnyObject),
  fallingEntries: Type.Integer(),
  fallingEntriesOfOthers: Type.Integer(),
  reissued: Type.Array(Type.String()),
  outcome: Type.Optional(Outcome)
})
const TEMPLATE_INFO = { name: Type.String(), title: Type.Optional(Type.String()), source: Type.String() }
const TemplateReceipt = Type.Object({
  path: Type.String(),
  created: Type.Array(Type.String()),
  kept: Type.Array(Type.String())
})

export const PROBLEM_ANSWER = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    code: Type.String(),
    details: AnyObject
  },
  { description: 'A problem (RFC 9457); docs/reference/errors.md lists the codes' }
)

/** By call, as the router writes it; a test finds one that has none. */
export const ANSWERS: Readonly<Record<string, TSchema | undefined>> = {
  'GET /v1/contexts/*': ContextAnswer,
  'PUT /v1/contexts/*': Receipt,
  'PATCH /v1/contexts/*': Receipt,
  'DELETE /v1/contexts/*': SubtreeReceipt,
  'GET /v1/resolve/*': EffectiveAnswer,
  'GET /v1/status/*': ContextStatus,
  'GET /v1/diff/*': Diff,
  'POST /v1/restore/*': Receipt,
  'POST /v1/undelete/*': Lines,
  'GET /v1/templates': Type.Array(Type.Object(TEMPLATE_INFO)),
  'GET /v1/templates/:name': Type.Object({ ...TEMPLATE_INFO, parameters: AnyObject, contexts: AnyObject }),
  'POST /v1/templates/:name/apply': TemplateReceipt,
  'POST /v1/templates/:name/add': TemplateReceipt,
  'GET /v1/status': NodeStatus,
  'GET /v1/network': NetworkStatus,
  'POST /v1/invite': Invitation,
  'POST /v1/members/revoke': Revocation,
  'POST /v1/members/suspend': Outcome,
  'POST /v1/members/forget': Outcome,
  'POST /v1/spaces': Outcome,
  'POST /v1/live/tickets': Type.Object({ ticket: Type.String() }),
  'GET /v1/list/*': Lines,
  'GET /v1/trash/*': Lines,
  'GET /v1/disk-usage/*': Lines,
  'GET /v1/history/*': Lines,
  'GET /v1/horizons': Lines,
  'GET /v1/changes': Type.String({ description: 'text/event-stream' }),
  'POST /v1/restore': Receipt,
  'POST /v1/remove': Lines,
  'POST /v1/undelete': Lines,
  'POST /v1/move': Lines,
  'POST /v1/copy': Lines,
  'POST /v1/verify': Lines,
  'POST /v1/batch': Batch,
  'POST /v1/search': Search,
  'POST /v1/wait': Type.Object({ state: Type.String(), replicas: Type.Array(Replica) }),
  'POST /v1/replicated': Type.Object({ holders: Type.Array(Type.String()) }),
  'GET /v1/members': Type.Array(AnyObject),
  'GET /v1/peers': Type.Array(AnyObject),
  'POST /v1/compare': Type.Array(AnyObject),
  'GET /healthz': Type.Object({ ok: Type.Boolean() }),
  'GET /readyz': Type.Object({ ready: Type.Boolean() }),
  'GET /metrics': Type.String({ description: 'The text format of Prometheus' })
}
