import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { serveNetwork } from '../http/network-node.ts'
import { CHROMIUM, hasChromium, openPage, servePage } from './chromium-page.ts'

/** A browser takes its time where much else runs. */
const TEST_MS_MAX = 180_000

let missing = false

beforeAll(async () => {
  missing = !(await hasChromium())
})

/** What runs in the page: its text is sent there. `sdk` is the module, `place` the node. */
function inPage<Result>(page: Page, place: { url: string; key: string }, body: string): Promise<Result> {
  const run = `(async () => {
    const sdk = await import('/sdk.js')
    const place = ${JSON.stringify(place)}
    ${body}
  })()`
  return page.evaluate<Result>(run)
}

async function servedPage({ isAllowed = true } = {}) {
  const origin = await servePage()
  const served = await serveNetwork(isAllowed ? { corsOrigins: [origin] } : {})
  const { key } = await served.key({ role: 'write', name: 'page' })
  return { page: await openPage(origin), place: { url: served.url, key }, node: served.node }
}

test(
  'a page writes, reads, watches and searches with a key',
  async ({ skip }) => {
    skip(missing, `there is no browser at ${CHROMIUM}; HCFS_CHROMIUM names another`)
    const { page, place, node } = await servedPage()
    const seen = await inPage(
      page,
      place,
      `const node = await sdk.connect(place)
    const changes = node.contexts.watch('/', { from: 0 })[Symbol.asyncIterator]()
    await node.contexts.put('/notes/ä', { body: 'zebra crossing', fields: { x: 1 } })
    await node.contexts.edit('/notes/ä', (draft) => draft.body.append('!'))
    const { value } = await changes.next()
    await changes.return()
    const { body } = await node.contexts.get('/notes/ä')
    const again = await node.contexts.get('/notes/ä')
    const { hits } = await node.search({ text: 'zebra', mode: 'text' })
    const lines = []
    for await (const line of node.searchLines({ text: 'zebra', mode: 'text' })) lines.push(Object.keys(line)[0])
    const moved = await node.contexts.move('/notes/ä', '/moved')
    await node.close()
    return { change: value.path, body, again: again.body, hits: hits.map(({ path }) => path), lines, moved: moved.contexts }`
    )
    expect(seen).toEqual({
      change: '/notes/ä',
      body: 'zebra crossing!',
      again: 'zebra crossing!',
      hits: ['/notes/ä'],
      lines: ['hit', 'summary'],
      moved: 1
    })
    expect((await node.contexts.get('/moved')).by).toEqual({ agent: 'page' })
  },
  TEST_MS_MAX
)

test(
  'an answer that was changed on the way is found by its hash',
  async ({ skip }) => {
    skip(missing, `there is no browser at ${CHROMIUM}; HCFS_CHROMIUM names another`)
    const { page, place, node } = await servedPage()
    await node.contexts.put('/a', { body: 'pay Ada' })
    await page.route('**/v1/contexts/a', async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, body: (await response.text()).replace('Ada', 'Eve') })
    })
    const code = await inPage(
      page,
      place,
      `const node = await sdk.connect({ ...place, retries: { triesMax: 0 } })
    return node.contexts.get('/a').then(({ body }) => body, ({ code }) => code)`
    )
    expect(code).toBe('CONNECTION_LOST')
  },
  TEST_MS_MAX
)

test(
  'a page of an origin that is not allowed gets nothing',
  async ({ skip }) => {
    skip(missing, `there is no browser at ${CHROMIUM}; HCFS_CHROMIUM names another`)
    const { page, place } = await servedPage({ isAllowed: false })
    const code = await inPage(
      page,
      place,
      `return sdk.connect({ ...place, retries: { triesMax: 0 } }).then(() => 'connected', ({ code }) => code)`
    )
    expect(code).toBe('CONNECTION_LOST')
  },
  TEST_MS_MAX
)
