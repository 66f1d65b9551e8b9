import { expect, test } from 'vitest'
import { stopAfter } from './describe-connections.ts'
import type { NewTransportPlace, TestTransport } from './transport-place.ts'
import { connect, connectedPair, NEVER, startedPair } from './transport-place.ts'

const KEY = new TextEncoder().encode('a cell of the index')

export function describeRouting(newPlace: NewTransportPlace): void {
  test('who provides something is found by others', async () => {
    const pair = await connectedPair(await newPlace())
    stopAfter(pair)

    await pair.one.provide(KEY)

    await expect.poll(() => providers(pair.other), { timeout: 20_000 }).toEqual([pair.one.device])
  })

  test('the addresses of a member that is connected are found by its device', async () => {
    const pair = await connectedPair(await newPlace())
    stopAfter(pair)

    await expect
      .poll(async () => (await pair.one.findPeer(pair.other.device, NEVER)).length, { timeout: 20_000 })
      .toBeGreaterThan(0)
  })

  test('providing before anybody is connected is not lost and does not hang', async () => {
    const place = await newPlace()
    const pair = await startedPair(place)
    stopAfter(pair)

    await pair.one.provide(KEY)
    await connect(pair.one, pair.other)

    await expect.poll(() => providers(pair.other), { timeout: 20_000 }).toEqual([pair.one.device])
    await pair.one.withdraw(KEY)
    await pair.one.withdraw(KEY)
  })
}

async function providers(at: TestTransport): Promise<string[]> {
  const found: string[] = []
  for await (const device of at.findProviders(KEY, NEVER)) found.push(device)
  return found
}
