import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { commitId, ManualClock, parsePath, silentLogger } from '@hcfs/core'
import { DeviceKey, encodeSigned, signGrant } from '@hcfs/crdt'
import { describe, expect, onTestFinished, test } from 'vitest'
import { grantsInForce } from '../../src/membership/device-rights.ts'
import { OwnerDuties } from '../../src/membership/owner-duties.ts'
import { sealKeys } from '../../src/membership/sealed-key.ts'
import type { MemberNode } from './member-node.ts'
import { join, meet, newPlace, openMember } from './member-node.ts'

/** What waits at a member reaches the node of the owner, which does its duties. */
async function tellOwner(from: MemberNode, first: MemberNode): Promise<void> {
  const { keeper, owner } = first
  const duties = new OwnerDuties({
    keeper,
    owner,
    clock: new ManualClock(),
    log: silentLogger,
    frontiers: async () => []
  })
  await duties.start()
  await keeper.take([...from.keeper.beside(), ...from.keeper.pendingRequests()])
  await duties.stop()
}

async function withAdmin() {
  const first = await openMember(newPlace())
  const place = () => newPlace(first.place.clock)
  const admin = await join(place(), (await first.api.invite({ role: 'admin' })).ticket, first)
  const writer = await join(place(), (await admin.api.invite({ role: 'write', under: '/a' })).ticket, admin)
  await first.keeper.take([...admin.keeper.beside()])
  return { first, admin, writer, place }
}

async function folder(): Promise<string> {
  const made = await mkdtemp(joinPath(tmpdir(), 'hcfs-membership-'))
  onTestFinished(() => rm(made, { recursive: true }))
  return made
}

describe('members', () => {
  test('are shown with what they may do, who let them in, and what became of them', async () => {
    const { first, admin, writer } = await withAdmin()
    const shown = async () => new Map((await first.api.members()).map((each) => [each.device, each]))
    expect((await shown()).get(first.device)).toMatchObject({ isSelf: true, isOwner: true, role: 'admin' })
    expect((await shown()).get(writer.device)).toMatchObject({ role: 'write', under: '/a', invitedBy: admin.device })
    await first.api.forget(writer.device)
    expect((await shown()).get(writer.device)).toMatchObject({ state: 'forgotten' })
  })

  test('are named by a beginning of their id that fits one only', async () => {
    const { first, admin } = await withAdmin()
    expect(await first.api.revoke(admin.device.slice(0, 16), { dryRun: true })).toMatchObject({ member: admin.device })
    await expect(first.api.revoke('')).rejects.toMatchObject({ code: 'MEMBER_UNKNOWN' })
    await expect(first.api.revoke('nobody')).rejects.toMatchObject({ code: 'MEMBER_UNKNOWN' })
  })
})

describe('revoking', () => {
  test('an administrator keeps those in whom it let in', async () => {
    const { first, admin, writer } = await withAdmin()
    const preview = await first.api.revoke(admin.device, { dryRun: true })
    expect(preview).toMatchObject({ reissued: [writer.device] })
    expect(preview.outcome).toBeUndefined()
    expect(first.keeper.state.isMember(admin.device)).toBe(true)
    expect((await first.api.revoke(admin.device)).outcome).toMatchObject({ state: 'signed' })
    expect(first.keeper.state.isMember(admin.device)).toBe(false)
    expect(first.keeper.state.isMember(writer.device)).toBe(true)
  })

  test('by an administrator waits on its disk, and takes effect when the owner has signed it', async () => {
    const { first, admin, writer } = await withAdmin()
    expect((await admin.api.revoke(writer.device)).outcome).toEqual({ state: 'requested' })
    const restarted = await openMember(admin.place)
    const [request] = restarted.keeper.pendingRequests()
    const duties = new OwnerDuties({
      keeper: first.keeper,
      owner: first.owner,
      clock: new ManualClock(),
      log: silentLogger,
      frontiers: async () => []
    })
    await duties.start()
    await first.keeper.takeRequest(request!)
    await duties.stop()
    expect(first.keeper.state.isMember(writer.device)).toBe(false)
    expect((await openMember(first.place)).keeper.pendingRequests()).toEqual([])
    await restarted.keeper.take((await first.keeper.entriesAfter({ after: 0, bytesMax: 1e6 })).entries)
    expect(restarted.keeper.pendingRequests()).toEqual([])
  })

  test('by an administrator keeps those in whom the revoked one let in, with no more than they had', async () => {
    const { first, admin, place } = await withAdmin()
    const second = await join(place(), (await admin.api.invite({ role: 'admin', under: '/b' })).ticket, admin)
    const third = await join(place(), (await second.api.invite({ role: 'read', under: '/b' })).ticket, second)
    await admin.keeper.take([...third.keeper.beside()])
    expect(await admin.api.revoke(second.device)).toMatchObject({
      reissued: [third.device],
      outcome: { state: 'requested' }
    })
    await tellOwner(admin, first)
    expect(first.keeper.state.isMember(second.device)).toBe(false)
    expect(grantsInForce(first.keeper.state, third.device)).toMatchObject([{ role: 'read', under: '/b', depth: 0 }])
  })

  test('a hundred times what one entry has room for leaves nobody without a right', async () => {
    const { first, admin } = await withAdmin()
    const parent = grantsInForce(admin.keeper.state, admin.device)[0]!
    const { network, epoch } = admin.keeper.state
    const grants = Array.from({ length: 300 }, (_, index) => {
      const seed = new Uint8Array(32).fill(7)
      seed.set([index >> 8, index & 255])
      const subject = DeviceKey.fromSeed(seed).deviceId
      const terms = { network, subject, role: 'read', under: parsePath('/'), fromEpoch: epoch, depth: 0 } as const
      return signGrant({ ...terms, parent: parent.id }, admin.key)
    })
    await first.keeper.take(grants.map(encodeSigned))
    expect((await first.api.revoke(admin.device)).outcome).toMatchObject({ state: 'signed' })
    expect(grants.every(({ subject }) => first.keeper.state.isMember(subject))).toBe(true)
    expect(first.keeper.state.isMember(admin.device)).toBe(false)
  })

  test('somebody above oneself is refused', async () => {
    const { first, admin, writer } = await withAdmin()
    await expect(admin.api.revoke(first.device)).rejects.toMatchObject({ code: 'ADMIN_REQUIRED' })
    await expect(writer.api.invite({ role: 'read' })).rejects.toMatchObject({ code: 'ADMIN_REQUIRED' })
  })
})

describe('leaving', () => {
  test('is asked for by a member without any other right, and signed by the node of the owner', async () => {
    const { first, writer } = await withAdmin()
    expect(await writer.api.leave()).toEqual({ state: 'requested' })
    expect((await openMember(writer.place)).keeper.pendingRequests()).toHaveLength(1)
    await tellOwner(writer, first)
    const shown = (await first.api.members()).find(({ device }) => device === writer.device)
    expect(shown).toMatchObject({ state: 'left' })
    await writer.keeper.take((await first.keeper.entriesAfter({ after: 0, bytesMax: 1e6 })).entries)
    expect(writer.keeper.pendingRequests()).toEqual([])
    await expect(writer.api.leave()).rejects.toMatchObject({ code: 'MEMBER_UNKNOWN' })
  })

  test('by an administrator keeps those in whom it let in', async () => {
    const { first, admin, writer } = await withAdmin()
    await admin.api.leave()
    await tellOwner(admin, first)
    expect(first.keeper.state.isMember(admin.device)).toBe(false)
    expect(first.keeper.state.isMember(writer.device)).toBe(true)
  })
})

describe('suspending', () => {
  test('works on the node of the owner for everybody else, and lapses', async () => {
    const { first, admin } = await withAdmin()
    const untilMs = first.place.clock.now() + 72 * 3_600_000
    expect(await first.api.suspend(admin.device)).toEqual({ state: 'suspended', untilMs })
    expect(first.keeper.isSuspended(admin.device)).toBe(true)
    await expect(meet(admin, first)).rejects.toMatchObject({ code: 'MEMBER_SUSPENDED' })
    await first.place.clock.advance(72 * 3_600_000)
    expect(first.keeper.isSuspended(admin.device)).toBe(false)
    await expect(first.api.suspend(first.device)).rejects.toMatchObject({ code: 'ADMIN_REQUIRED' })
  })

  test('works for an administrator on whom it let in, and on nobody else', async () => {
    const { first, admin, writer } = await withAdmin()
    expect(await admin.api.suspend(writer.device)).toMatchObject({ state: 'suspended' })
    await expect(admin.api.suspend(first.device)).rejects.toMatchObject({ code: 'ADMIN_REQUIRED' })
    await expect(writer.api.suspend(admin.device)).rejects.toMatchObject({ code: 'ADMIN_REQUIRED' })
  })

  test('keeps the owner from signing what the member asks for', async () => {
    const { first, admin, writer } = await withAdmin()
    await admin.api.revoke(writer.device)
    await first.api.suspend(admin.device)
    await tellOwner(admin, first)
    expect(first.keeper.state.isMember(writer.device)).toBe(true)
    expect(first.keeper.pendingRequests()).toHaveLength(1)
  })
})

test('a space is added where nothing is, and inviting to write says what may be read', async () => {
  const { first } = await withAdmin()
  await expect(first.api.addSpace('/full')).rejects.toMatchObject({ code: 'SPACE_NOT_EMPTY' })
  expect(await first.api.addSpace('/empty')).toMatchObject({ state: 'signed' })
  expect(first.keeper.state.facts.spaces.has(parsePath('/empty'))).toBe(true)
  expect((await first.api.invite({ role: 'write', under: '/x' })).note).toContain('read all')
})

describe('the owner', () => {
  test('settles what has grown, once', async () => {
    const { first } = await withAdmin()
    const { keeper, owner, device } = first
    const tips = [{ author: device, incarnation: 1, seq: 3, id: commitId('ab'.repeat(32)) }]
    const frontiers = async () => [{ space: parsePath('/'), tips }]
    const duties = new OwnerDuties({ keeper, owner, clock: new ManualClock(), log: silentLogger, frontiers })
    expect(await duties.settle()).toBe(true)
    expect(keeper.state.settlementOf({ author: device, incarnation: 1, space: parsePath('/') })).toMatchObject({
      seq: 3
    })
    expect(await duties.settle()).toBe(false)
  })

  test('hands the network to another member, which decides from then on', async () => {
    const { first, admin, writer } = await withAdmin()
    await first.api.ownerTransfer(admin.device)
    await expect(first.api.forget(writer.device)).rejects.toMatchObject({ code: 'ADMIN_REQUIRED' })
    await admin.keeper.take((await first.keeper.entriesAfter({ after: 0, bytesMax: 1e6 })).entries)
    expect(await admin.api.forget(writer.device)).toMatchObject({ state: 'signed' })
  })

  test('is recovered from a sealed key, and from nothing else', async () => {
    const { first, admin } = await withAdmin()
    const recovery = await first.place.keyring.find('recovery')
    const file = joinPath(await folder(), 'recovery')
    await writeFile(file, sealKeys([recovery!], 'correct horse', first.place.random))
    const recoverWith = (passphrase: string) => admin.api.ownerRecover(file, { passphrase })
    await expect(recoverWith('wrong')).rejects.toMatchObject({ code: 'SEALED_KEY_INVALID' })
    expect(await recoverWith('correct horse')).toMatchObject({ state: 'signed' })
    expect(admin.keeper.state.facts.owner).toBe(admin.device)
  })

  test('is recovered from the key file that was moved to a safe place', async () => {
    const { first, admin } = await withAdmin()
    const file = joinPath(await folder(), 'recovery.key')
    await writeFile(file, (await first.place.keyring.find('recovery'))!)
    expect(await admin.api.ownerRecover(file, { passphrase: '' })).toMatchObject({ state: 'signed' })
  })

  test('writes its key to a file that did not exist, and only where it has it', async () => {
    const { first, admin } = await withAdmin()
    const file = joinPath(await folder(), 'owner')
    await first.api.ownerBackup(file, { passphrase: 'correct horse' })
    const ids = (await first.owner.unseal(file, 'correct horse')).map(({ deviceId }) => deviceId)
    expect(ids).toEqual([first.keeper.state.facts.owner, first.keeper.state.facts.recovery])
    await expect(first.api.ownerBackup(file, { passphrase: 'x' })).rejects.toMatchObject({ code: 'BACKUP_EXISTS' })
    await expect(admin.api.ownerBackup(`${file}2`, { passphrase: 'x' })).rejects.toMatchObject({
      code: 'OWNER_REQUIRED'
    })
  })
})

describe('a backup of the owner', () => {
  test('takes the recovery key out of the directory, and recovers the network', async () => {
    const { first, admin } = await withAdmin()
    const file = joinPath(await folder(), 'keys')
    expect(await first.owner.isRecoveryKeyHere()).toBe(true)
    await first.api.ownerBackup(file, { passphrase: 'correct horse' })
    expect(await first.place.keyring.find('recovery')).toBeUndefined()
    expect(await first.owner.isRecoveryKeyHere()).toBe(false)
    expect(await admin.api.ownerRecover(file, { passphrase: 'correct horse' })).toMatchObject({ state: 'signed' })
    expect(admin.keeper.state.facts.owner).toBe(admin.device)
  })

  test('leaves the recovery key where the file cannot be written, and where another is in its place', async () => {
    const { first } = await withAdmin()
    const place = await folder()
    await expect(
      first.api.ownerBackup(joinPath(place, 'no', 'keys'), { passphrase: 'correct horse' })
    ).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    await writeFile(joinPath(place, 'other'), 'something else')
    await expect(
      first.api.ownerBackup(joinPath(place, 'other'), { passphrase: 'correct horse' })
    ).rejects.toMatchObject({ code: 'BACKUP_EXISTS' })
    expect(await first.owner.isRecoveryKeyHere()).toBe(true)
  })

  test('that was killed before the key was removed is finished by the same call', async () => {
    const { first } = await withAdmin()
    const { keyring } = first.place
    const file = joinPath(await folder(), 'keys')
    const remove = keyring.remove.bind(keyring)
    keyring.remove = async () => {
      throw new Error('killed')
    }
    await expect(first.api.ownerBackup(file, { passphrase: 'correct horse' })).rejects.toThrow('killed')
    expect(await first.owner.isRecoveryKeyHere()).toBe(true)
    keyring.remove = remove
    await first.api.ownerBackup(file, { passphrase: 'correct horse' })
    expect(await first.owner.isRecoveryKeyHere()).toBe(false)
  })
})

test('a write that failed half-way leaves no second entry of an epoch behind', async () => {
  const { first } = await withAdmin()
  const { store } = first.place
  const batch = store.batch.bind(store)
  store.batch = async (operations, options) => {
    await batch(operations, options)
    throw new Error('killed after the write')
  }
  const { epoch } = first.keeper
  await expect(first.api.addSpace('/empty')).rejects.toThrow('killed')
  expect(first.keeper.epoch).toBe(epoch)
  store.batch = batch
  await first.api.forget(first.device)
  const reopened = await openMember(first.place)
  expect(reopened.keeper.fork).toBeUndefined()
  expect(reopened.keeper.epoch).toBe(epoch + 1)
  expect(DeviceKey.fromSeed((await first.place.keyring.find('device'))!).deviceId).toBe(first.device)
})
