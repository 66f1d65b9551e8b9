import { expect, test } from 'vitest'
import { nodeForFile, runHcfs } from './hcfs-process.ts'

const place = nodeForFile()

async function hcfs<Answer>(...args: string[]): Promise<Answer> {
  const { code, stdout, stderr } = await runHcfs([...args, '--dir', place.directory, '--json'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

interface Key {
  readonly id: string
  readonly key: string
}

const get = (key: string, target = '/v1/contexts/open/a') => {
  const { http }: { http: string } = JSON.parse(place.readyLine)
  return fetch(http + target, { headers: { authorization: `Bearer ${key}` } })
}

test('start says where the HTTP face is, on this machine unless it is told otherwise', () => {
  const { http }: { http: string } = JSON.parse(place.readyLine)
  expect(http).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
})

test('a key is made, reaches its subtree over HTTP, is renewed and taken back', async () => {
  await hcfs('put', '/open/a', '--body', 'one')
  await hcfs('put', '/closed/a', '--body', 'two')
  const made = await hcfs<Key>('key', 'create', '--role', 'read', '--under', '/open', '--name', 'planner')
  expect((await get(made.key)).status).toBe(200)
  expect((await get(made.key, '/v1/contexts/closed/a')).status).toBe(403)

  const next = await hcfs<Key>('key', 'rotate', made.id, '--overlap', '1h')
  expect([(await get(made.key)).status, (await get(next.key)).status]).toEqual([200, 200])

  await hcfs('key', 'revoke', made.id)
  expect([(await get(made.key)).status, (await get(next.key)).status]).toEqual([401, 200])
  const { stdout } = await runHcfs(['key', 'list', '--dir', place.directory])
  expect(stdout).toContain(next.id)
  expect(stdout).toContain('read /open')
  expect(stdout).not.toContain(next.key)
})

test('the tools of MCP answer at the same address, and status says who called them', async () => {
  const { http }: { http: string } = JSON.parse(place.readyLine)
  const { key } = await hcfs<Key>('key', 'create', '--role', 'write', '--name', 'caller')
  const answer = await fetch(`${http}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream'
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'context_list', arguments: { path: '/' } }
    })
  })
  expect(answer.status).toBe(200)
  expect(await answer.text()).toContain('structuredContent')
  const { tools } = await hcfs<{ tools: object[] }>('status')
  expect(tools).toMatchObject([{ tool: 'context_list', agent: 'caller', ok: 1, failed: 0 }])
})

test('an origin is allowed by a setting, and what is none is refused', async () => {
  await hcfs('config', 'set', 'http.corsOrigins', 'https://a.example.org,https://b.example.org')
  const { stdout } = await runHcfs(['config', 'get', 'http.corsOrigins', '--dir', place.directory])
  expect(stdout.trim()).toBe('https://a.example.org,https://b.example.org')
  const refused = await runHcfs(['config', 'set', 'http.corsOrigins', '*', '--dir', place.directory])
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain('http.corsOrigins')
})
