import { expect, onTestFinished, test } from 'vitest'
import type { GossipVerdict } from '../../../packages/node/src/network/transport.ts'
import { stopAfter } from './describe-connections.ts'
import type { NewTransportPlace, TestTransport } from './transport-place.ts'
import { connect, connectedPair, openAdmission } from './transport-place.ts'

const TOPIC = 'hcfs/test/space'

export function describeGossip(newPlace: NewTransportPlace): void {
  test('a message reaches a subscriber once, with the neighbour it came from', async () => {
    const pair = await connectedPair(await newPlace())
    stopAfter(pair)
    const heard = listen(pair.other, 'accept')
    listen(pair.one, 'accept')
    await publishedTo(pair.one, 1)

    await expect.poll(() => heard.length).toBe(1)
    expect(heard[0]).toMatchObject({ from: pair.one.device })
    const again = heard[0]?.bytes ?? new Uint8Array(0)
    expect(await pair.one.publish(TOPIC, again)).toEqual({ recipients: 0 })
  })

  test.each<[GossipVerdict, number]>([
    ['accept', 1],
    ['ignore', 0],
    ['reject', 0]
  ])('a message judged %s is passed on %i times', async (verdict, expected) => {
    const place = await newPlace()
    const [first, middle, last] = await line(place)
    if (first === undefined || middle === undefined || last === undefined) throw new Error('no transports')
    const inTheMiddle = listen(middle, (bytes) => (bytes[0] === 1 ? verdict : 'accept'))
    const atTheEnd = listen(last, 'accept')
    listen(first, 'accept')
    // Until the middle knows that both of the others listen.
    let attempt = 0
    await expect.poll(async () => (await middle.publish(TOPIC, Uint8Array.of(3, attempt++))).recipients).toBe(2)
    await publishedTo(first, 1)
    // Whatever is passed on comes to the end in the order of publishing.
    await expect.poll(() => inTheMiddle.some(({ bytes }) => bytes[0] === 1)).toBe(true)
    await expect
      .poll(async () => {
        await first.publish(TOPIC, Uint8Array.of(2, inTheMiddle.length))
        return atTheEnd.some(({ bytes }) => bytes[0] === 2)
      })
      .toBe(true)

    expect(atTheEnd.filter(({ bytes }) => bytes[0] === 1)).toHaveLength(expected)
  })

  test('a handler that throws passes nothing on and hears the next message', async () => {
    const pair = await connectedPair(await newPlace())
    stopAfter(pair)
    let calls = 0
    pair.other.subscribe(TOPIC, () => {
      calls += 1
      throw new Error('on purpose')
    })
    listen(pair.one, 'accept')
    await publishedTo(pair.one, 1)
    await publishedTo(pair.one, 2)

    await expect.poll(() => calls).toBe(2)
  })

  test('nothing is heard after unsubscribing', async () => {
    const pair = await connectedPair(await newPlace())
    stopAfter(pair)
    const heard = listen(pair.other, 'accept')
    listen(pair.one, 'accept')
    await publishedTo(pair.one, 1)
    await expect.poll(() => heard.length).toBe(1)

    pair.other.unsubscribe(TOPIC)
    let number = 2
    await expect.poll(async () => (await pair.one.publish(TOPIC, Uint8Array.of(number++))).recipients).toBe(0)

    expect(heard.length).toBeLessThan(number)
    const before = heard.length
    await pair.one.publish(TOPIC, Uint8Array.of(255))
    expect(heard).toHaveLength(before)
  })
}

/** Three in a row, where the outer ones know only the middle. */
async function line(place: {
  newTransport: (admission: ReturnType<typeof openAdmission>) => TestTransport
}): Promise<TestTransport[]> {
  const transports = [1, 2, 3].map(() => place.newTransport(openAdmission()))
  const [first, middle, last] = transports
  if (first === undefined || middle === undefined || last === undefined) throw new Error('no transports')
  await Promise.all(transports.map((each) => each.start()))
  onTestFinished(async () => {
    await Promise.all(transports.map((each) => each.stop()))
  })
  await connect(first, middle)
  await connect(middle, last)
  return transports
}

interface Heard {
  readonly from: string
  readonly bytes: Uint8Array
}

function listen(at: TestTransport, verdict: GossipVerdict | ((bytes: Uint8Array) => GossipVerdict)): Heard[] {
  const heard: Heard[] = []
  at.subscribe(TOPIC, (message) => {
    heard.push(message)
    return typeof verdict === 'function' ? verdict(message.bytes) : verdict
  })
  return heard
}

/** Waits for the neighbour's subscription; the bytes differ each time, for what was published once is never again. */
async function publishedTo(from: TestTransport, mark: number): Promise<void> {
  let attempt = 0
  await expect
    .poll(async () => {
      attempt += 1
      return (await from.publish(TOPIC, Uint8Array.of(mark, attempt >> 8, attempt))).recipients
    })
    .toBeGreaterThan(0)
}
