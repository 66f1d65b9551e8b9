import type { hasErrorCode } from '@hcfs/core'
import { bytesToHex, deviceId, hashCbor, parsePath } from '@hcfs/core'
import type { Statement } from '@hcfs/crdt'
import { encodeTicket, parseTicket } from '@hcfs/crdt'
import { describe, expect, test } from 'vitest'
import type { Admission, AdmissionChannel } from '../../src/network/admission.ts'
import { join, joinerOf, meet, newPlace, openMember } from './member-node.ts'

async function founded() {
  const first = await openMember(newPlace())
  const { clock } = first.place
  return { first, clock, place: () => newPlace(clock) }
}

function failing(code: Parameters<typeof hasErrorCode>[1]) {
  return expect.objectContaining({ code })
}

describe('a ticket', () => {
  test('makes a new device a member that both sides admit from then on, and after a restart', async () => {
    const { first, place } = await founded()
    const { ticket } = await first.api.invite({ role: 'write', under: '/team' })
    const second = await join(place(), ticket, first)
    expect(second.identity.network).toBe(first.identity.network)
    expect(second.identity.fingerprintKey).toEqual(first.identity.fingerprintKey)
    expect(second.rights.writerGrantFor(parsePath('/team/a'))).toBeDefined()
    expect(second.rights.writerGrantFor(parsePath('/other'))).toBeUndefined()
    expect(await meet(second, first)).toBe(true)
    const again = await openMember(second.place)
    expect(await meet(await openMember(first.place), again)).toBe(true)
  })

  test('is used up by as many devices as it allows, however many ask at once', async () => {
    const { first, place } = await founded()
    const { ticket } = await first.api.invite({ role: 'read', uses: 2 })
    const joiners = await Promise.all([1, 2, 3, 4].map(() => joinerOf(place(), ticket)))
    const outcomes = await Promise.allSettled(joiners.map((each) => meet(each, first)))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
    const failures = outcomes.filter((each) => each.status === 'rejected').map(({ reason }) => reason)
    expect(failures).toEqual([failing('TICKET_USED_UP'), failing('TICKET_USED_UP')])
  })

  test('is refused to a device that tries too often, and still good for others', async () => {
    const { first, clock, place } = await founded()
    const { ticket } = await first.api.invite({ role: 'read', uses: 2 })
    const desk = await openMember(first.place, { joinAsksPerDevicePerMinuteMax: 2 })
    const wrong = encodeTicket({ ...parseTicket(ticket), secret: new Uint8Array(16) })
    const guesser = await joinerOf(place(), wrong)
    for (const code of ['TICKET_REFUSED', 'TICKET_REFUSED', 'JOIN_RATE_LIMITED'] as const)
      await expect(meet(guesser, desk)).rejects.toEqual(failing(code))
    expect(await meet(await joinerOf(place(), ticket), desk)).toBe(false)
    await clock.advance(60_000)
    await expect(meet(guesser, desk)).rejects.toEqual(failing('TICKET_REFUSED'))
  })

  test('is good however long the policy has become', async () => {
    const { first, place } = await founded()
    const { key } = { key: (await first.owner.key())! }
    const text = 'x'.repeat(200)
    for (let index = 0; index < 10; index += 1) {
      const described = Array.from({ length: 256 }, (_, each): Statement => {
        const addresses = Array.from({ length: 8 }, () => `/dns4/${text}`)
        return {
          kind: 'member',
          device: deviceId(bytesToHex(hashCbor([index, each]))),
          name: 'x',
          addresses,
          isIndexing: false,
          isForgotten: false
        }
      })
      await first.keeper.sign(described, key)
    }
    const { ticket } = await first.api.invite({ role: 'admin' })
    const second = await join(place(), ticket, first)
    expect(second.keeper.epoch).toBe(first.keeper.epoch)
    const third = await join(place(), (await second.api.invite({ role: 'read' })).ticket, second)
    expect(await meet(third, second)).toBe(true)
  }, 30_000)

  test('costs a device that asks again no further use, also after the issuer was started anew', async () => {
    const { first, place } = await founded()
    const { ticket } = await first.api.invite({ role: 'read' })
    const joiner = await joinerOf(place(), ticket)
    await meet(joiner, first)
    const { epoch } = first.keeper
    const restarted = await openMember(first.place)
    expect(await meet(joiner, restarted)).toBe(false)
    expect(restarted.keeper.epoch).toBe(epoch)
    await expect(meet(await joinerOf(place(), ticket), restarted)).rejects.toEqual(failing('TICKET_USED_UP'))
  })

  test('that has expired, or whose secret is wrong, or that another node made, is refused each for its reason', async () => {
    const { first, place, clock } = await founded()
    const { ticket } = await first.api.invite({ role: 'admin', expiresInMs: 1_000, uses: 9 })
    const forged = encodeTicket({ ...parseTicket(ticket), secret: new Uint8Array(16) })
    await expect(meet(await joinerOf(place(), forged), first)).rejects.toEqual(failing('TICKET_REFUSED'))
    const second = await join(place(), ticket, first)
    await expect(meet(await joinerOf(place(), ticket), second)).rejects.toEqual(failing('TICKET_ISSUER_NEEDED'))
    clock.jump(1_000)
    await expect(meet(await joinerOf(place(), ticket), first)).rejects.toEqual(failing('TICKET_EXPIRED'))
  })

  test('of an administrator makes a delegated grant, and is worth nothing once its issuer was revoked', async () => {
    const { first, place } = await founded()
    const admin = await join(place(), (await first.api.invite({ role: 'admin' })).ticket, first)
    const { ticket } = await admin.api.invite({ role: 'write', under: '/team', uses: 2 })
    const third = await join(place(), ticket, admin)
    expect(third.rights.writerGrantFor(parsePath('/team'))).toBeDefined()
    // The first has never heard of the third, which proves itself by what it carries.
    expect(await meet(third, first)).toBe(true)
    await first.api.revoke(admin.device)
    await admin.keeper.take((await first.keeper.entriesAfter({ after: 0, bytesMax: 1e6 })).entries)
    await expect(meet(await joinerOf(place(), ticket), admin)).rejects.toEqual(failing('TICKET_ISSUER_REVOKED'))
  })

  test('does not take a directory that holds something of another network', async () => {
    const { first, place } = await founded()
    const other = await openMember(place())
    await other.api.addSpace('/empty')
    const { ticket } = await first.api.invite({ role: 'read' })
    await expect(meet(await joinerOf(other.place, ticket), first)).rejects.toEqual(failing('JOIN_DIRECTORY_USED'))
    const fresh = await openMember(place())
    await expect(join(fresh.place, (await first.api.invite({ role: 'read' })).ticket, first)).resolves.toBeDefined()
  })

  test('proof that was heard on one connection is worth nothing on another', async () => {
    const { first, place } = await founded()
    const { ticket } = await first.api.invite({ role: 'read' })
    const joiner = await joinerOf(place(), ticket)
    const heard: Uint8Array[] = []
    const listening: Admission = {
      ...joiner.admission,
      isDenied: () => false,
      admit: (channel, options) => joiner.admission.admit(recording(channel, heard), options)
    }
    await meet({ device: joiner.device, admission: listening }, first)
    const replaying: Admission = {
      isDenied: () => false,
      admit: async (channel) => {
        for (const frame of heard) await channel.send(frame)
        await channel.receive()
        return false
      }
    }
    const thief = await openMember(place())
    await expect(meet({ device: thief.device, admission: replaying }, first)).rejects.toEqual(failing('TICKET_REFUSED'))
    await expect(meet({ device: joiner.device, admission: replaying }, first)).rejects.toEqual(
      failing('TICKET_REFUSED')
    )
  })
})

describe('a store that stops at any write', () => {
  test('never gives more rights than uses, and a joiner that asks again gets in', async () => {
    for (let failAt = 1; failAt <= 3; failAt += 1) {
      const { first, place } = await founded()
      const { ticket } = await first.api.invite({ role: 'write' })
      const { store } = first.place
      const batch = store.batch.bind(store)
      let calls = 0
      store.batch = async (operations, options) => {
        calls += 1
        if (calls === failAt) throw new Error('killed')
        await batch(operations, options)
        if (calls === failAt - 1) throw new Error('killed after the write')
      }
      const joiner = await joinerOf(place(), ticket)
      await meet(joiner, first).catch(() => undefined)
      store.batch = batch
      const restarted = await openMember(first.place)
      expect(await meet(joiner, restarted)).toBe(false)
      expect(restarted.keeper.epoch).toBe(1)
      await expect(meet(await joinerOf(place(), ticket), restarted)).rejects.toEqual(failing('TICKET_USED_UP'))
    }
  })
})

function recording(channel: AdmissionChannel, heard: Uint8Array[]): AdmissionChannel {
  return {
    remote: channel.remote,
    isInitiator: channel.isInitiator,
    binding: channel.binding,
    receive: () => channel.receive(),
    send: (frame) => {
      heard.push(frame.slice())
      return channel.send(frame)
    }
  }
}
