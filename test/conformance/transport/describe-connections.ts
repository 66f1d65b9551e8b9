import { HcfsError } from '@hcfs/core'
import { expect, onTestFinished, test } from 'vitest'
import type { NewTransportPlace, Pair } from './transport-place.ts'
import { connectedPair, NEVER, openAdmission, startedPair } from './transport-place.ts'

export function stopAfter({ one, other }: Pair): void {
  onTestFinished(async () => {
    await Promise.all([one.stop(), other.stop()])
  })
}

export function describeConnections(newPlace: NewTransportPlace): void {
  test('who is dialed and admitted is a peer, on both sides', async () => {
    const pair = await connectedPair(await newPlace())
    stopAfter(pair)

    expect(pair.one.peers()).toMatchObject([{ device: pair.other.device, isInbound: false, isRelayed: false }])
    expect(pair.other.peers()).toMatchObject([{ device: pair.one.device, isInbound: true, isRelayed: false }])
  })

  test('both sides learn who the other is, who speaks first, and one binding', async () => {
    const seen: { remote: string; isInitiator: boolean; binding: Uint8Array }[] = []
    const admission = openAdmission({
      admit: async ({ remote, isInitiator, binding }) => seen.push({ remote, isInitiator, binding }) > 0
    })
    const pair = await startedPair(await newPlace(), { one: admission, other: admission })
    stopAfter(pair)

    await pair.one.dial(pair.other.addresses(), NEVER)

    const dialing = seen.find(({ isInitiator }) => isInitiator)
    const dialed = seen.find(({ isInitiator }) => !isInitiator)
    expect(dialing?.remote).toBe(pair.other.device)
    expect(dialed?.remote).toBe(pair.one.device)
    expect(dialing?.binding).toHaveLength(32)
    expect(dialed?.binding).toEqual(dialing?.binding)
  })

  test.each(['one', 'other'] as const)(
    'a refusal of the admission of %s reaches the dialing side with its code',
    async (side) => {
      const refusal = openAdmission({
        admit: async () => {
          throw new HcfsError('TICKET_FOREIGN', 'Not of this network', { details: { why: 'test' } })
        }
      })
      const pair = await startedPair(await newPlace(), { [side]: refusal })
      stopAfter(pair)

      await expect(pair.one.dial(pair.other.addresses(), NEVER)).rejects.toMatchObject({
        code: 'TICKET_FOREIGN',
        details: { why: 'test' }
      })
      expect(pair.one.peers()).toEqual([])
      expect(pair.other.peers()).toEqual([])
    }
  )

  test('what is no HcfsError refuses too, and its words stay where it was thrown', async () => {
    const refusal = openAdmission({
      admit: async () => {
        throw new Error('secret')
      }
    })
    const pair = await startedPair(await newPlace(), { other: refusal })
    stopAfter(pair)

    const failure = await pair.one.dial(pair.other.addresses(), NEVER).catch((error: unknown) => error)

    expect(failure).toMatchObject({ code: 'ADMISSION_REFUSED' })
    expect(String(failure)).not.toContain('secret')
  })

  test('an admission that was all there was to do ends dialing with ADMISSION_ENDED', async () => {
    const ended = openAdmission({ admit: async () => false })
    const pair = await startedPair(await newPlace(), { other: ended, one: openAdmission({ admit: async () => true }) })
    stopAfter(pair)

    await expect(pair.one.dial(pair.other.addresses(), NEVER)).rejects.toMatchObject({ code: 'ADMISSION_ENDED' })
    expect(pair.one.peers()).toEqual([])
    expect(pair.other.peers()).toEqual([])
  })

  test('dialing for admission alone succeeds where the exchange did', async () => {
    const ended = openAdmission({
      admit: async (channel) => {
        if (channel.isInitiator) await channel.send(Uint8Array.of(1, 2, 3))
        else expect(await channel.receive()).toEqual(Uint8Array.of(1, 2, 3))
        return false
      }
    })
    const pair = await startedPair(await newPlace(), { one: ended, other: ended })
    stopAfter(pair)

    await pair.one.dialForAdmission(pair.other.addresses(), NEVER)

    expect(pair.one.peers()).toEqual([])
  })

  test('a device that one side denies gets no connection', async () => {
    const pair = await startedPair(await newPlace(), { other: openAdmission({ isDenied: () => true }) })
    stopAfter(pair)

    await expect(pair.one.dial(pair.other.addresses(), NEVER)).rejects.toMatchObject({ code: 'ADMISSION_REFUSED' })
    expect(pair.other.peers()).toEqual([])
  })

  test('hanging up ends the connection on both sides, and it can be made anew', async () => {
    const pair = await connectedPair(await newPlace())
    stopAfter(pair)
    const gone = new Promise((resolve) => pair.other.on('peer-disconnected', resolve))

    await pair.one.hangUp(pair.other.device)

    expect(await gone).toEqual({ device: pair.one.device })
    await expect.poll(() => pair.one.peers()).toEqual([])
    expect(await pair.one.dial(pair.other.addresses(), NEVER)).toBe(pair.other.device)
  })

  test('addresses where nobody answers end in PEER_UNREACHABLE', async () => {
    const pair = await startedPair(await newPlace())
    stopAfter(pair)
    const addresses = pair.other.addresses()
    await pair.other.stop()

    await expect(pair.one.dial(addresses, NEVER)).rejects.toMatchObject({ code: 'PEER_UNREACHABLE' })
  })

  test('a dial that is aborted ends with the reason', async () => {
    const pair = await startedPair(await newPlace())
    stopAfter(pair)
    const reason = new Error('not wanted')

    await expect(pair.one.dial(pair.other.addresses(), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })

  test('before the start there are no addresses, and calls say so', async () => {
    const transport = (await newPlace()).newTransport(openAdmission())

    expect(transport.addresses()).toEqual([])
    await expect(transport.dial(['/memory/x'], NEVER)).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })
  })
}
