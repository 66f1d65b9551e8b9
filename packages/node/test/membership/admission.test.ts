import { encodeCbor, grantId, HcfsError, idToBytes, parsePath } from '@hcfs/core'
import { encodeSigned, signGrant } from '@hcfs/crdt'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Admission } from '../../src/network/admission.ts'
import { keys } from '../../src/storage/keys.ts'
import { join, meet, newPlace, openMember } from './member-node.ts'

async function threeMembers() {
  const first = await openMember(newPlace())
  const place = () => newPlace(first.place.clock)
  const { ticket } = await first.api.invite({ role: 'admin', uses: 2 })
  const second = await join(place(), ticket, first)
  const third = await join(place(), ticket, first)
  return { first, second, third, place }
}

function saying(frames: readonly Uint8Array[]): Admission {
  return {
    isDenied: () => false,
    admit: async (channel) => {
      for (const frame of frames) await channel.send(frame)
      for (;;) await channel.receive()
    }
  }
}

function frameOf(message: Parameters<typeof encodeCbor>[0]): Uint8Array {
  return Uint8Array.from([1, ...encodeCbor(message)])
}

describe('two members', () => {
  test('admit each other although one has not heard of the other yet, and know the same policy afterwards', async () => {
    const { second, third } = await threeMembers()
    expect(second.keeper.epoch).toBe(1)
    expect(await meet(third, second)).toBe(true)
    expect(second.keeper.epoch).toBe(2)
    expect((await openMember(second.place)).keeper.epoch).toBe(2)
  })

  test('learn at the door that one of them was revoked', async () => {
    const { first, second, third } = await threeMembers()
    await first.api.revoke(second.device)
    await expect(meet(second, first)).rejects.toMatchObject({ code: 'MEMBER_REQUIRED' })
    expect(first.admission.isDenied(second.device)).toBe(true)
    // The third has not heard of it, and so hears of it from the first.
    expect(await meet(third, first)).toBe(true)
    await expect(meet(second, third)).rejects.toMatchObject({ code: 'MEMBER_REQUIRED' })
  })

  test('are kept apart while one is suspended, for 72 hours', async () => {
    const { second, first, place } = await threeMembers()
    const fourth = await join(place(), (await second.api.invite({ role: 'write' })).ticket, second)
    await second.api.suspend(fourth.device)
    await expect(meet(fourth, second)).rejects.toMatchObject({ code: 'MEMBER_SUSPENDED' })
    expect((await openMember(second.place)).admission.isDenied(fourth.device)).toBe(true)
    first.place.clock.jump(72 * 3_600_000)
    expect(await meet(fourth, second)).toBe(true)
  })

  test('of different networks refuse each other', async () => {
    const [one, other] = [await openMember(newPlace()), await openMember(newPlace())]
    await expect(meet(one, other)).rejects.toMatchObject({ code: 'ADMISSION_REFUSED' })
  })
})

describe('a stranger', () => {
  test('with a grant that it signed itself gets in nowhere, and leaves nothing behind', async () => {
    const { first, place } = await threeMembers()
    const stranger = await openMember(place())
    const { network } = first.identity
    const before = first.keeper.beside().length
    for (const parent of ['ab'.repeat(32), String([...first.keeper.state.facts.grants.keys()][0])]) {
      const terms = { network, subject: stranger.device, role: 'admin', fromEpoch: 0, depth: 1 } as const
      const own = signGrant({ ...terms, parent: grantId(parent), under: parsePath('/') }, stranger.key)
      const hello = frameOf(['hcfs/hello/1', idToBytes(network), 0, [encodeSigned(own)]])
      const liar = { device: stranger.device, admission: saying([hello]) }
      await expect(meet(liar, first)).rejects.toBeInstanceOf(HcfsError)
    }
    expect(first.keeper.beside()).toHaveLength(before)
    for await (const chunk of first.place.store.scanKeys(keys.family('policy'))) {
      expect(chunk.some((key) => key.startsWith('p:g'))).toBe(false)
    }
  })

  test('that sends anything else is refused with a code, and changes nothing', async () => {
    const { first, place } = await threeMembers()
    const { device } = await openMember(place())
    const { network } = first.identity
    const started = [1, ...encodeCbor(['hcfs/hello/1', idToBytes(network), 9, []])]
    const frames = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.integer({ min: 0, max: started.length }).map((length) => Uint8Array.from(started.slice(0, length)))
    )
    const { epoch } = first.keeper
    await fc.assert(
      fc.asyncProperty(fc.array(frames, { minLength: 1, maxLength: 3 }), async (sent) => {
        const stop = new AbortController()
        const admission: Admission = {
          isDenied: () => false,
          admit: async (channel) => {
            for (const frame of sent) await channel.send(frame)
            // Silent from here on, until its time is up.
            queueMicrotask(() => queueMicrotask(() => stop.abort(new HcfsError('TIMED_OUT', 'Too slow'))))
            for (;;) await channel.receive()
          }
        }
        await expect(meet({ device, admission }, first, stop.signal)).rejects.toBeInstanceOf(HcfsError)
      }),
      { numRuns: 100 }
    )
    expect(first.keeper.epoch).toBe(epoch)
  })

  test('that never ends its greeting is cut off at its limit', async () => {
    const { first, place } = await threeMembers()
    const { device } = await openMember(place())
    const more = new Uint8Array(4_001)
    const endless = saying(Array.from({ length: 20 }, () => more))
    await expect(meet({ device, admission: endless }, first)).rejects.toMatchObject({ code: 'ADMISSION_MALFORMED' })
  })
})
