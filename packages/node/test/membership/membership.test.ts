import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { commitId, ManualClock, parsePath, silentLogger } from '@hcfs/core'
import { DeviceKey } from '@hcfs/crdt'
import { describe, expect, onTestFinished, test } from 'vitest'
import { OwnerDuties } from '../../src/membership/owner-duties.ts'
import { sealKey } from '../../src/membership/sealed-key.ts'
import { join, newPlace, openMember } from './member-node.ts'

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

  test('somebody above oneself is refused', async () => {
    const { first, admin, writer } = await withAdmin()
    await expect(admin.api.revoke(first.device)).rejects.toMatchObject({ code: 'ADMIN_REQUIRED' })
    await expect(writer.api.invite({ role: 'read' })).rejects.toMatchObject({ code: 'ADMIN_REQUIRED' })
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
    await writeFile(file, sealKey(recovery!, 'correct horse', first.place.random))
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
    const key = await first.owner.unseal(file, 'correct horse')
    expect(key.deviceId).toBe(first.keeper.state.facts.owner)
    await expect(first.api.ownerBackup(file, { passphrase: 'x' })).rejects.toMatchObject({ code: 'BACKUP_EXISTS' })
    await expect(admin.api.ownerBackup(`${file}2`, { passphrase: 'x' })).rejects.toMatchObject({
      code: 'OWNER_REQUIRED'
    })
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
