import { expect, test } from 'vitest'
import { serverSentEvents } from '../../src/http/server-sent-events.ts'

async function eventsIn(text: string) {
  const lines = (async function* () {
    yield* text.split('\n')
  })()
  const events: object[] = []
  for await (const event of serverSentEvents(lines)) events.push(event)
  return events
}

test('events have a name, data and an id; comments are passed over', async () => {
  const text =
    ': watching\nid: 0\n\nid: 1\ndata: {"a":1}\n\n: still watching\n\nevent: error\ndata: {}\n\nid: 2\ndata: 2\n\n'
  expect(await eventsIn(text)).toEqual([
    { name: 'message', id: '0' },
    { name: 'message', data: '{"a":1}', id: '1' },
    { name: 'error', data: '{}' },
    { name: 'message', data: '2', id: '2' }
  ])
})

test('an event that was cut off is none', async () => {
  expect(await eventsIn('id: 1\ndata: {"a":')).toEqual([])
})
