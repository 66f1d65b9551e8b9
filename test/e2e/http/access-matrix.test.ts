import type { MemberRole } from '@hcfs/core'
import { connect } from '@hcfs/sdk'
import { expect, onTestFinished, test } from 'vitest'
import { serveLocally } from './local-node.ts'
import type { NetworkNode } from './network-node.ts'
import { serveNetwork } from './network-node.ts'
import { rawRequest } from './raw-request.ts'

/** What a call needs (whoever knows the id of a commit was given its receipt): a role below a path, a role for the whole tree, or the user who runs the node. */
type Needs = MemberRole | `${MemberRole} of all` | 'any key' | 'the owner' | 'nothing'

interface Operation {
  readonly call: string
  readonly needs: Needs
  readonly body?: object
  readonly type?: string
}

const DRAFT = 'application/vnd.hcfs.draft+json'
const PATCH = 'application/merge-patch+json'
const COMMIT = 'ab'.repeat(32)

/** Each at `/a/b`, which is there, unless it is about the whole node. */
const OPERATIONS: readonly Operation[] = [
  { call: 'GET /v1/contexts/a/b', needs: 'read' },
  { call: 'HEAD /v1/contexts/a/b', needs: 'read' },
  { call: 'GET /v1/resolve/a/b', needs: 'read' },
  { call: 'POST /v1/templates/web-app/apply', needs: 'write', body: { path: '/a/shop', parameters: { name: 'Shop' } } },
  { call: 'GET /v1/list/a', needs: 'read' },
  { call: 'GET /v1/trash/a', needs: 'read' },
  { call: 'GET /v1/disk-usage/a', needs: 'read' },
  { call: 'GET /v1/resolve/a/b', needs: 'read' },
  { call: 'GET /v1/resolve/a/b?top=/', needs: 'read of all' },
  { call: 'GET /v1/changes?under=/a&from=0', needs: 'read' },
  { call: 'GET /v1/changes?under=/a/b&effective=true', needs: 'read of all' },
  { call: 'GET /v1/status/a/b', needs: 'read' },
  { call: 'GET /v1/history/a/b', needs: 'read' },
  { call: 'GET /v1/diff/a/b?from=2999-01-01T00:00:00Z', needs: 'read' },
  { call: 'GET /v1/network?path=/a', needs: 'read' },
  { call: 'POST /v1/wait', needs: 'read', body: { under: '/a' } },
  { call: 'POST /v1/search', needs: 'read', body: { text: 'x', under: '/a', mode: 'text' } },
  { call: 'POST /v1/search', needs: 'read', body: { text: 'x', effective: true, from: '/a', mode: 'text' } },
  { call: 'POST /v1/replicated', needs: 'any key', body: { commit: COMMIT, copies: 1 } },
  { call: 'PUT /v1/contexts/a/b', needs: 'write', body: { body: 'two' } },
  { call: 'PATCH /v1/contexts/a/b', needs: 'write', body: { operations: [] }, type: DRAFT },
  { call: 'PATCH /v1/contexts/a/b', needs: 'write', body: { body: 'three' }, type: PATCH },
  { call: 'POST /v1/restore', needs: 'write', body: { path: '/a/b', version: COMMIT } },
  { call: 'POST /v1/restore/a/b', needs: 'write', body: { version: COMMIT } },
  { call: 'POST /v1/batch', needs: 'write', body: { items: [{ put: { path: '/a/c', body: 'c' } }] } },
  { call: 'POST /v1/copy', needs: 'write', body: { from: '/a/b', to: '/a/copy' } },
  { call: 'POST /v1/move', needs: 'write', body: { from: '/a/copy', to: '/a/moved' } },
  { call: 'POST /v1/remove', needs: 'write', body: { path: '/a/moved' } },
  { call: 'POST /v1/undelete', needs: 'write', body: { path: '/a/moved' } },
  { call: 'POST /v1/undelete/a/moved', needs: 'write', body: {} },
  { call: 'DELETE /v1/contexts/a/moved', needs: 'write' },
  { call: 'POST /v1/verify', needs: 'admin', body: { under: '/a' } },
  { call: 'POST /v1/invite', needs: 'admin', body: { role: 'read', under: '/a' } },
  { call: 'POST /v1/spaces', needs: 'admin', body: { path: '/a/space' } },
  { call: 'GET /v1/status', needs: 'read of all' },
  { call: 'GET /v1/network', needs: 'read of all' },
  { call: 'GET /v1/templates', needs: 'any key' },
  { call: 'GET /v1/templates/web-app', needs: 'any key' },
  { call: 'POST /v1/templates/web-app/add', needs: 'write of all', body: {} },
  { call: 'POST /v1/live/tickets', needs: 'any key' },
  { call: 'GET /v1/horizons', needs: 'read of all' },
  { call: 'GET /v1/peers', needs: 'read of all' },
  { call: 'POST /v1/compare', needs: 'admin of all' },
  { call: 'GET /v1/members', needs: 'read of all' },
  { call: 'GET /metrics', needs: 'read of all' },
  { call: 'POST /v1/members/revoke', needs: 'admin of all', body: { member: 'x' } },
  { call: 'POST /v1/members/suspend', needs: 'admin of all', body: { member: 'x' } },
  { call: 'POST /v1/members/forget', needs: 'admin of all', body: { member: 'x' } },
  { call: 'GET /v1/keys', needs: 'the owner' },
  { call: 'POST /v1/keys', needs: 'the owner', body: { role: 'admin' } },
  { call: 'POST /v1/keys/rotate', needs: 'the owner', body: { id: 'x' } },
  { call: 'POST /v1/keys/revoke', needs: 'the owner', body: { id: 'x' } },
  { call: 'POST /v1/backup', needs: 'the owner', body: { file: 'relative' } },
  { call: 'POST /v1/reindex', needs: 'the owner', body: { embedder: 7 } },
  { call: 'POST /v1/leave', needs: 'the owner' },
  { call: 'POST /v1/owner/backup', needs: 'the owner', body: { file: 'relative', passphrase: 'p' } },
  { call: 'POST /v1/owner/transfer', needs: 'the owner', body: { member: 'x' } },
  { call: 'POST /v1/owner/recover', needs: 'the owner', body: { file: 'relative', passphrase: 'p' } },
  { call: 'GET /v1/tool-usage', needs: 'the owner' },
  { call: 'POST /v1/tool-usage', needs: 'the owner', body: { rows: [] } },
  { call: 'POST /v1/stop', needs: 'the owner', body: {} },
  { call: 'GET /healthz', needs: 'nothing' },
  { call: 'GET /readyz', needs: 'nothing' },
  { call: 'GET /openapi.json', needs: 'nothing' },
  { call: 'GET /docs/static/index.html', needs: 'nothing' }
]

const ROLES: readonly MemberRole[] = ['read', 'write', 'admin']
const REFUSALS = ['KEY_REQUIRED', 'KEY_REFUSED', 'KEY_SCOPE_EXCEEDED', 'ROUTE_UNKNOWN']
const STATUSES = new Map([
  [401, 'no key'],
  [403, 'KEY_SCOPE_EXCEEDED']
])

/** The code that a face refuses with, or that it let the call through: what the node says then is another matter. */
async function outcome(served: NetworkNode, operation: Operation, key: string | undefined): Promise<string> {
  const [method = '', target = ''] = operation.call.split(' ')
  const { body, type = 'application/json' } = operation
  const hangUp = new AbortController()
  const answer = await served.ask(target, {
    method,
    key,
    signal: hangUp.signal,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': type } })
  })
  if (answer.status < 400) {
    // A watch has no end.
    hangUp.abort()
    return 'let through'
  }
  if (method === 'HEAD') return STATUSES.get(answer.status) ?? 'let through'
  const { code }: { code: string } = JSON.parse(await answer.text())
  return REFUSALS.includes(code) ? code : 'let through'
}

function expected(needs: Needs, role: MemberRole, reach: 'all' | 'here' | 'elsewhere'): string {
  if (needs === 'nothing' || needs === 'any key') return 'let through'
  if (needs === 'the owner') return 'ROUTE_UNKNOWN'
  const [least = 'admin', , all] = needs.split(' ')
  const isRole = ROLES.indexOf(role) >= ROLES.indexOf(ROLES.find((each) => each === least) ?? 'admin')
  const isInReach = reach === 'all' || (reach === 'here' && all === undefined)
  return isRole && isInReach ? 'let through' : 'KEY_SCOPE_EXCEEDED'
}

const SCOPES = [
  { reach: 'all', under: '/' },
  { reach: 'here', under: '/a' },
  { reach: 'elsewhere', under: '/ab' }
] as const

test.each(ROLES.flatMap((role) => SCOPES.map((scope) => ({ role, ...scope }))))(
  'a key that may $role below $under can do that and no more',
  async ({ role, under, reach }) => {
    const served = await serveNetwork()
    await served.node.contexts.put('/a/b', { body: 'one' })
    const { key } = await served.key({ role, under })
    for (const operation of OPERATIONS) {
      const wanted = expected(operation.needs, role, reach)
      expect.soft([operation.call, await outcome(served, operation, key)]).toEqual([operation.call, wanted])
    }
  }
)

test.each([
  ['no key', 'KEY_REQUIRED'],
  ['a key of another node', 'KEY_REFUSED'],
  ['half a key', 'KEY_REFUSED']
])('with %s only what says nothing is answered', async (which, refusal) => {
  const served = await serveNetwork()
  const own = await served.key()
  const other = await (await serveNetwork()).key()
  const key = new Map([
    ['a key of another node', other.key],
    ['half a key', own.key.slice(0, 40)]
  ]).get(which)
  for (const operation of OPERATIONS) {
    const isAnswered = operation.needs === 'nothing'
    const wanted = isAnswered ? 'let through' : operation.call.startsWith('HEAD') ? 'no key' : refusal
    expect.soft([operation.call, await outcome(served, operation, key)]).toEqual([operation.call, wanted])
  }
})

test('the local socket takes no key, and does everything', async () => {
  const { socketPath, node, dir } = await serveLocally()
  await node.contexts.put('/a/b', { body: 'one' })
  await using client = await connect({ dir })
  onTestFinished(() => client.close())
  for (const { call, body, type = 'application/json', needs } of OPERATIONS) {
    if (needs === 'nothing' || call.startsWith('GET /v1/changes')) continue
    const [method = '', target = ''] = call.split(' ')
    const answer = await rawRequest(socketPath, target, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': type } })
    })
    expect.soft([call, REFUSALS.some((code) => answer.text.includes(`"${code}"`))]).toEqual([call, false])
  }
})

test('the matrix has a row for every call of the network face', async () => {
  const { ask } = await serveNetwork()
  const { paths }: { paths: Record<string, object> } = JSON.parse(await (await ask('/openapi.json')).text())
  const rows = OPERATIONS.map(({ call }) => call.split('?')[0] ?? '')
  const without = Object.entries(paths).flatMap(([path, methods]) => {
    const pattern = path.replace('{*}', '.*').replaceAll(/\{\w+\}/g, '[^/]+')
    return Object.keys(methods).flatMap((method) =>
      rows.some((row) => new RegExp(`^${method} ${pattern}$`, 'i').test(row)) ? [] : [`${method} ${path}`]
    )
  })
  expect(without).toEqual([])
})
