import { connectLive } from '@hcfs/sdk'
import { expect, onTestFinished, test } from 'vitest'
import type { LiveNode } from './live-node.ts'
import { eventually, serveLive } from './live-node.ts'

function clientOf({ url }: Pick<LiveNode, 'url'>, key?: string) {
  const sockets: WebSocket[] = []
  const live = connectLive({
    url,
    ...(key !== undefined && { key }),
    retries: { pauseMs: 10 },
    open: (address) => {
      const socket = new WebSocket(address)
      sockets.push(socket)
      return socket
    }
  })
  onTestFinished(() => live.close())
  return { live, sockets }
}

/** What comes, as it comes. */
function gathered<Item>(items: AsyncIterable<Item>): Item[] {
  const all: Item[] = []
  const gather = async (): Promise<void> => {
    for await (const item of items) all.push(item)
  }
  void gather().catch(() => {})
  return all
}

test('a watch leaves nothing out when its connection breaks', async () => {
  const served = await serveLive({ isOpenWithoutKey: false })
  const { live, sockets } = clientOf(served, (await served.key({ role: 'read' })).key)
  const changes = gathered(live.watch('/', { from: 0 }))
  await served.node.contexts.put('/0', { body: 'x' })
  await eventually(() => expect(changes.map(({ path }) => path)).toEqual(['/0']))
  for (const name of ['/a', '/b', '/c']) {
    sockets.at(-1)?.close()
    await served.node.contexts.put(name, { body: 'x' })
  }
  await eventually(() => expect(changes.map(({ path }) => path)).toEqual(['/0', '/a', '/b', '/c']))
  expect(sockets.length).toBeGreaterThan(1)
})

test('a live search tells when what it finds has changed', async () => {
  const served = await serveLive({ withSearch: true })
  const { live } = clientOf(served)
  const answers = gathered(live.search({ text: 'zebra', mode: 'text' }))
  await eventually(() => expect(answers).toHaveLength(1))
  await served.node.contexts.put('/a', { body: 'a zebra' })
  await eventually(() => expect(answers.at(-1)?.hits.map(({ path }) => path)).toEqual(['/a']))
})

test('those who are present see each other', async () => {
  const served = await serveLive()
  const [first, second] = [clientOf(served), clientOf(served)]
  const seen = gathered(first.live.present('/a', { name: 'Ada' }))
  const leaving = new AbortController()
  gathered(second.live.present('/a', { name: 'Bob' }, { signal: leaving.signal }))
  await eventually(() => expect(seen.at(-1)?.map(({ state }) => state)).toHaveLength(2))
  leaving.abort()
  await eventually(() => expect(seen.at(-1)?.map(({ state }) => state)).toEqual([{ name: 'Ada' }]))
})

test('what the key does not reach ends the watch with the reason', async () => {
  const served = await serveLive({ isOpenWithoutKey: false })
  const { live } = clientOf(served, (await served.key({ role: 'read', under: '/in' })).key)
  await expect(live.watch('/out').next()).rejects.toMatchObject({ code: 'KEY_SCOPE_EXCEEDED' })
})
