import { parsePath } from '@hcfs/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SessionStateName, SyncSession } from '../../src/reconcile/session-state.ts'
import { HEARD_IN } from '../../src/reconcile/session-state.ts'
import { encodeSyncMessage } from '../../src/reconcile/sync-codec.ts'
import { SYNC_LIMITS } from '../../src/reconcile/sync-limits.ts'
import { followSession, leadSession, syncStep } from '../../src/reconcile/sync-session.ts'
import { ada as key, NETWORK } from '../commit/sample-commits.ts'
import { MemorySpace } from './memory-space.ts'
import { arbitraryHistory, RandomSpaces } from './random-spaces.ts'
import { runSession } from './run-session.ts'
import { MESSAGE_NAMES, SAMPLE_MESSAGES } from './sample-messages.ts'
import { SPACE, SpaceWriter } from './space-writer.ts'

/*
 * Goal: whatever a peer says and when, a session ends with a reason, throws
 * nothing, and takes only what is linked to what it asked for.
 * Method: honest sessions in which messages are replaced by others.
 */

const samples = MESSAGE_NAMES.map((name) => encodeSyncMessage(SAMPLE_MESSAGES[name]))
const anything = fc.oneof(
  fc.constantFrom(...samples),
  fc.uint8Array({ maxLength: 40 }),
  fc.tuple(fc.constantFrom(...samples), fc.nat(), fc.nat({ max: 255 })).map(([bytes, at, byte]) => {
    const damaged = Uint8Array.from(bytes)
    damaged[at % damaged.length] = byte
    return damaged
  })
)

test('a message that is replaced by anything ends the session with a reason, and the next one makes both equal', async () => {
  const fault = fc.record({ at: fc.integer({ min: 1, max: 25 }), bytes: anything })
  await fc.assert(
    fc.asyncProperty(arbitraryHistory, fc.array(fault, { minLength: 1, maxLength: 3 }), async (history, faults) => {
      const [ada, bob] = new RandomSpaces(history).replicas as [MemorySpace, MemorySpace]
      const onMessage = (bytes: Uint8Array, count: number): Uint8Array[] => [
        faults.find(({ at }) => at === count)?.bytes ?? bytes
      ]

      const { leader, follower } = await runSession(ada, bob, { onMessage })

      expect([leader.reason, follower?.reason]).not.toContain(undefined)
      await runSession(bob, ada)
      // A commit that nobody wrote may be parked by these judges of nothing, but nothing is built on it.
      expect(ada.ids).toEqual(bob.ids)
    }),
    { numRuns: 300 }
  )
})

test('a message that a state does not wait for is misbehaviour', () => {
  const follower = followSession({ network: NETWORK, refusalFor: () => undefined })
  for (const name of MESSAGE_NAMES.filter((each) => each !== 'hello' && each !== 'more')) {
    const { session } = syncStep(follower, { input: 'message', bytes: encodeSyncMessage(SAMPLE_MESSAGES[name]) })
    expect(session.state).toMatchObject({ outcome: { reason: 'misbehaved', what: `${name} while waiting` } })
  }
})

test('every message is heard in some state, and every state of waiting hears some', () => {
  const heard: readonly SessionStateName[] = Object.values(HEARD_IN).flat()

  expect(Object.keys(HEARD_IN)).toEqual(MESSAGE_NAMES)
  expect(new Set(heard).size).toBe(11)
})

describe('a session ends', () => {
  const greeted = (): SyncSession => {
    const { session } = leadSession({
      network: NETWORK,
      space: SPACE,
      idleTicksMax: 3,
      ticksMax: 5
    })
    const summary = { epoch: 1, root: new Uint8Array(32), count: 0, chains: 0 }
    return syncStep(session, { input: 'read', result: { read: 'summary', summary } }).session
  }

  test('when the peer says nothing for too long', () => {
    let session = greeted()
    for (let tick = 0; tick < 3; tick += 1) session = syncStep(session, { input: 'tick' }).session
    expect(session.state.name).toBe('greeting')

    const { effects } = syncStep(session, { input: 'tick' })

    expect(effects).toEqual([{ effect: 'finished', outcome: { reason: 'timed-out' } }])
  })

  test('not because its own side is slow', () => {
    let { session } = leadSession({ network: NETWORK, space: SPACE, idleTicksMax: 3 })
    for (let tick = 0; tick < 9; tick += 1) session = syncStep(session, { input: 'tick' }).session

    expect(session.state.name).toBe('opening')
  })

  test('not while the peer says something now and then', () => {
    let session = greeted()
    const more = encodeSyncMessage(SAMPLE_MESSAGES.more)
    for (let tick = 0; tick < 5; tick += 1) {
      session = syncStep(session, { input: 'tick' }).session
      session = syncStep(session, { input: 'message', bytes: more }).session
    }

    expect(session.state.name).toBe('greeting')
  })

  test('when its leader greets again and means another space', async () => {
    const replica = new MemorySpace({ space: SPACE })
    const hello = SAMPLE_MESSAGES.hello
    const first = { input: 'message', bytes: encodeSyncMessage(hello) } as const
    const other = { input: 'message', bytes: encodeSyncMessage({ ...hello, space: parsePath('/other') }) } as const
    const summary = { ...(await replica.summary()), epoch: hello.epoch }
    let { session } = syncStep(followSession({ network: NETWORK, refusalFor: () => undefined }), first)
    session = syncStep(session, { input: 'read', result: { read: 'summary', summary } }).session

    expect(syncStep(session, other).session.state).toMatchObject({ outcome: { what: 'a hello for another space' } })
  })

  test('when it takes too long in all, however often the peer says something', () => {
    let session = greeted()
    const more = encodeSyncMessage(SAMPLE_MESSAGES.more)
    for (let tick = 0; tick < 6; tick += 1) {
      session = syncStep(session, { input: 'message', bytes: more }).session
      session = syncStep(session, { input: 'tick' }).session
    }

    expect(session.state).toMatchObject({ outcome: { reason: 'timed-out' } })
  })

  test('when the connection is gone, and then nothing more happens', () => {
    const { session } = syncStep(greeted(), { input: 'stop', why: 'disconnected' })

    expect(session.state).toMatchObject({ outcome: { reason: 'stopped', why: 'disconnected' } })
    expect(syncStep(session, { input: 'tick' })).toEqual({ session, effects: [] })
  })

  test.each([{ messagesMax: 5 }, { bytesMax: 300 }])('when the peer has said more than %o', async (limit) => {
    const spaces = new RandomSpaces({
      shared: [],
      apart: [0, 1].map((replica) => ({ device: replica, replica, name: replica, bytes: 200 })),
      hasFewChains: true
    })
    const [ada, bob] = spaces.replicas as [MemorySpace, MemorySpace]

    const { leader, follower } = await runSession(ada, bob, limit)

    expect([leader.reason, follower?.reason]).toContain('budget-spent')
  })
})

test('sums of fewer nodes than were asked for are misbehaviour', async () => {
  const spaces = [0, 1].map(() => new MemorySpace({ space: SPACE, chainsSaid: 2_000 })) as [MemorySpace, MemorySpace]
  const [ada, bob] = spaces
  const writer = new SpaceWriter(key)
  for (let index = 0; index < 12; index += 1) bob.add(writer.write(ada, `note-${index}`))
  writer.write(bob, 'note-1')
  const none = encodeSyncMessage({ message: 'sums', nodes: [] })

  const { leader } = await runSession(ada, bob, { onMessage: (bytes, count) => [count === 4 ? none : bytes] })

  expect(leader).toEqual({ reason: 'misbehaved', what: 'sums that nobody asked for' })
})

describe('a stream is cut off', () => {
  function pulling() {
    const [ada, bob] = [new MemorySpace({ space: SPACE }), new MemorySpace({ space: SPACE })]
    const writer = new SpaceWriter(key)
    for (let index = 0; index < 12; index += 1) writer.write(bob, `note-${index}`, new Uint8Array(100_000))
    return { ada, bob }
  }

  const isFrame = (bytes: Uint8Array): boolean => bytes[1] === 19

  test('when the judge of commits refuses what it holds', async () => {
    const { ada, bob } = pulling()

    const { leader } = await runSession(ada, bob, { refusal: 'a wrong signature' })

    expect(leader).toEqual({ reason: 'misbehaved', what: 'a wrong signature' })
    expect(ada.ids).toEqual([])
  })

  test('when a frame comes again', async () => {
    const { ada, bob } = pulling()

    const { leader } = await runSession(ada, bob, { onMessage: (bytes) => (isFrame(bytes) ? [bytes, bytes] : [bytes]) })

    expect(leader).toEqual({ reason: 'misbehaved', what: 'commits out of order' })
  })

  test('when it holds commits that were not asked for', async () => {
    const { ada, bob } = pulling()
    const foreign = encodeSyncMessage(SAMPLE_MESSAGES.frame)

    const { leader } = await runSession(ada, bob, { onMessage: (bytes) => (isFrame(bytes) ? [foreign] : [bytes]) })

    expect(leader.reason).toBe('misbehaved')
    expect(ada.parkedCount).toBe(0)
  })

  test('when a batch does not end', async () => {
    const { ada, bob } = pulling()
    const endless = encodeSyncMessage({
      message: 'frame',
      bytes: new Uint8Array(SYNC_LIMITS.frameBytesMax),
      ends: 'nothing'
    })

    const { leader, bytes } = await runSession(ada, bob, {
      onMessage: (each) => (isFrame(each) ? Array<Uint8Array>(60).fill(endless) : [each])
    })

    expect(leader).toEqual({ reason: 'misbehaved', what: 'a batch that does not end' })
    expect(bytes).toBeGreaterThan(0)
  })

  test('before it begins when a digest is named that was not sent', async () => {
    const { ada, bob } = pulling()
    const difference = encodeSyncMessage({ message: 'difference', tips: [], unknown: [999] })

    const { leader } = await runSession(ada, bob, { onMessage: (each, count) => [count === 4 ? difference : each] })

    expect(leader).toEqual({ reason: 'misbehaved', what: 'a digest that was not sent' })
  })

  test('when pieces of it are smaller than they have to be', async () => {
    const { ada, bob } = pulling()
    const small = encodeSyncMessage({ message: 'frame', bytes: Uint8Array.of(1), ends: 'nothing' })

    const { leader } = await runSession(ada, bob, { onMessage: (each) => [isFrame(each) ? small : each] })

    expect(leader).toEqual({ reason: 'misbehaved', what: 'a piece too small' })
  })

  test('when more frames come than there is credit for', async () => {
    const { ada, bob } = pulling()
    const onMessage = (bytes: Uint8Array): Uint8Array[] => (isFrame(bytes) ? [bytes, bytes] : [bytes])

    const { leader } = await runSession(ada, bob, { credit: 1, onMessage })

    expect(leader).toEqual({ reason: 'misbehaved', what: 'a frame that nobody asked for' })
  })

  test('by nothing when its sender waits for credit', async () => {
    const { ada, bob } = pulling()

    const { log } = await runSession(ada, bob, { credit: 1 })

    expect(ada.ids).toEqual(bob.ids)
    // Each frame but the first waits until room was granted for it.
    expect(log.filter((line) => / (?:frame|more)/.test(line)).map((line) => line.split(' ')[4])).toEqual(
      Array.from({ length: 23 }, (_, index) => (index % 2 === 0 ? 'frame,' : 'more'))
    )
  })
})
