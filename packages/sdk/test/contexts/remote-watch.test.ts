import { HcfsError, SeededRandom } from '@hcfs/core'
import { expect, test } from 'vitest'
import { RemoteWatch } from '../../src/contexts/remote-watch.ts'
import { HttpClient } from '../../src/http/http-client.ts'
import { Retries } from '../../src/http/retries.ts'
import type { Transport, TransportRequest } from '../../src/transport/transport.ts'

const lost = () => new HcfsError('CONNECTION_LOST', 'It broke')
const hello = (position: number) => `: watching\nid: ${position}\n\n`
const change = (position: number) => `id: ${position}\ndata: ${JSON.stringify({ position, path: `/${position}` })}\n\n`

/** A node that answers each connection with the next of these texts, and then breaks it or refuses. */
function watchOf(connections: readonly (string | HcfsError)[], { isRetried = true } = {}) {
  const asked: string[] = []
  const transport: Transport = {
    send: async ({ target }: TransportRequest) => {
      asked.push(target)
      const next = connections[asked.length - 1] ?? new HcfsError('KEY_REFUSED', 'No more')
      if (next instanceof HcfsError) throw next
      return { status: 200, headers: { get: () => null }, body: bodyOf(next) }
    },
    fileName: (file) => file,
    close: async () => {}
  }
  const retries = new Retries({ clock: { wait: async () => {} }, random: new SeededRandom(1) })
  const http = new HttpClient({ transport, ...(isRetried && { retries }) })
  return { asked, watching: new RemoteWatch({ http }) }
}

async function* bodyOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text)
  throw lost()
}

/** The positions that a watcher sees, and the code that it ends with. */
async function seenBy(watching: RemoteWatch, options = {}): Promise<(number | string)[]> {
  const seen: (number | string)[] = []
  try {
    for await (const { position } of watching.watch('/', options)) seen.push(position)
  } catch (error) {
    seen.push(error instanceof HcfsError ? error.code : String(error))
  }
  return seen
}

const fromOf = (target: string) => new URLSearchParams(target.split('?')[1]).get('from')

test('after a broken connection a watch goes on behind the last change', async () => {
  const { asked, watching } = watchOf([hello(0) + change(7), hello(7) + change(9)])
  expect(await seenBy(watching, { from: 0 })).toEqual([7, 9, 'KEY_REFUSED'])
  expect(asked.map(fromOf)).toEqual(['0', '7', '9'])
})

test('one that saw no change goes on where it began', async () => {
  const { asked, watching } = watchOf([hello(41), hello(41) + change(42)])
  expect(await seenBy(watching)).toEqual([42, 'KEY_REFUSED'])
  expect(asked.map(fromOf)).toEqual([null, '41', '42'])
})

test('one that never began ends with the failure', async () => {
  const { asked, watching } = watchOf([lost(), hello(1)])
  expect(await seenBy(watching)).toEqual(['CONNECTION_LOST'])
  expect(asked).toHaveLength(1)
})

test('a change that was cut off in the middle is told once, by the next connection', async () => {
  const { watching } = watchOf([hello(0) + change(1) + change(2).slice(0, 15), hello(1) + change(2)])
  expect(await seenBy(watching, { from: 0 })).toEqual([1, 2, 'KEY_REFUSED'])
})

test('what the node decided ends the watch', async () => {
  const event = `event: error\ndata: ${JSON.stringify({ code: 'KEY_SCOPE_EXCEEDED', message: 'No more', details: {} })}\n\n`
  const { asked, watching } = watchOf([hello(0) + event])
  expect(await seenBy(watching, { from: 0 })).toEqual(['KEY_SCOPE_EXCEEDED'])
  expect(asked).toHaveLength(1)
})

test('over a local socket a broken watch is the caller’s to repeat', async () => {
  const { watching } = watchOf([hello(0) + change(1)], { isRetried: false })
  expect(await seenBy(watching, { from: 0 })).toEqual([1, 'CONNECTION_LOST'])
})
