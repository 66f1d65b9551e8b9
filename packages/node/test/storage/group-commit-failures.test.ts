import { HcfsError, settle } from '@hcfs/core'
import { describe, expect, test } from 'vitest'
import { names, startCommits } from './commit-harness.ts'

const FULL = new HcfsError('STORAGE_FULL', 'full')

describe('a group that fails', () => {
  test('fails its writers and those sealed on top of it, and the others go on after recovery', async () => {
    const { submitAll, store, owner, sealed, answers, durable } = await startCommits()
    const recovered = Promise.withResolvers<void>()
    owner.recover = () => recovered.promise
    submitAll(names('a', 16))
    await settle()
    expect(sealed.map((group) => group.length)).toEqual([8, 8])
    submitAll(['waiting'])
    await store.fail(FULL)
    expect(answers).toEqual(names('a', 16).map((name) => `!${name}`))
    expect(store.discardedCount).toBe(1)
    expect(store.inFlight).toHaveLength(0)
    recovered.resolve()
    await settle()
    await store.finish()
    expect(answers.at(-1)).toBe('waiting')
    expect(durable).toEqual(['waiting'])
  })

  test('tells each writer the error of the disk', async () => {
    const { submit, store } = await startCommits()
    const answer = submit('a')
    await settle()
    await store.fail(FULL)
    await expect(answer).rejects.toBe(FULL)
  })

  test('seals nothing before recovery is done', async () => {
    const { submit, store, owner, sealed } = await startCommits()
    const recovered = Promise.withResolvers<void>()
    owner.recover = () => recovered.promise
    submit('a').catch(() => {})
    await settle()
    await store.fail(FULL)
    submit('b')
    await settle()
    expect(sealed).toEqual([['a']])
    recovered.resolve()
    await settle()
    expect(sealed).toEqual([['a'], ['b']])
    await store.finish()
  })

  test('makes writes fail while recovery does, and each new write tries again', async () => {
    const { submit, store, owner, answers } = await startCommits()
    let attempts = 0
    owner.recover = async () => {
      attempts += 1
      if (attempts < 3) throw FULL
    }
    submit('a').catch(() => {})
    await settle()
    submit('waiting').catch(() => {})
    await store.fail(new Error('torn'))
    expect(answers).toEqual(['!a', '!waiting'])
    await expect(submit('b')).rejects.toBe(FULL)
    const answer = submit('c')
    await settle()
    await store.finish()
    expect((await answer).result).toBe('c')
    expect(attempts).toBe(3)
  })

  test('is waited for by stop, recovery included', async () => {
    const { commits, submit, store, owner } = await startCommits()
    const recovered = Promise.withResolvers<void>()
    owner.recover = () => recovered.promise
    submit('a').catch(() => {})
    await settle()
    let isStopped = false
    const stopped = commits.stop().then(() => {
      isStopped = true
    })
    await store.fail(FULL)
    expect(isStopped).toBe(false)
    recovered.resolve()
    await stopped
  })

  test('recovers also when recover throws at once', async () => {
    const { submit, store, owner } = await startCommits()
    owner.recover = () => {
      throw FULL
    }
    submit('a').catch(() => {})
    await settle()
    await store.fail(new Error('torn'))
    await expect(submit('b')).rejects.toBe(FULL)
    owner.recover = async () => {}
    const answer = submit('c')
    await settle()
    await store.finish()
    expect((await answer).result).toBe('c')
  })
})

describe('a group that cannot be sealed', () => {
  test('fails its writers, waits for the group on the disk, then recovers', async () => {
    const { submit, submitAll, store, owner, answers } = await startCommits()
    const { seal } = owner
    let recoveredCount = 0
    owner.recover = async () => {
      recoveredCount += 1
    }
    submitAll(['a'])
    await settle()
    owner.seal = () => {
      throw new TypeError('a mistake of the program')
    }
    submitAll(names('b', 8))
    await settle()
    expect(answers).toEqual(names('b', 8).map((name) => `!${name}`))
    expect(recoveredCount).toBe(0)
    owner.seal = seal
    await store.finish()
    expect(answers.at(-1)).toBe('a')
    expect(recoveredCount).toBe(1)
    const answer = submit('c')
    await settle()
    await store.finish()
    expect((await answer).result).toBe('c')
  })

  test('has an owner that forgot somebody: nobody is left without an answer', async () => {
    const { submit, owner } = await startCommits()
    owner.seal = () => ({ operations: [], outcomes: [{ result: 'a' }] })
    const answers = await Promise.allSettled([submit('a'), submit('b')])
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })

  test('recovers once when the group on the disk fails as well', async () => {
    const { submit, submitAll, store, owner } = await startCommits()
    const { seal } = owner
    let recoveredCount = 0
    owner.recover = async () => {
      recoveredCount += 1
    }
    submit('a').catch(() => {})
    await settle()
    owner.seal = () => ({ operations: [], outcomes: [] })
    submitAll(names('b', 8))
    await settle()
    owner.seal = seal
    await store.fail(FULL)
    expect(recoveredCount).toBe(1)
    const answer = submit('c')
    await settle()
    await store.finish()
    expect((await answer).result).toBe('c')
  })
})
