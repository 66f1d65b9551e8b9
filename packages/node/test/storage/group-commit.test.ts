import { HcfsError, settle } from '@hcfs/core'
import { describe, expect, test } from 'vitest'
import { names, startCommits } from './commit-harness.ts'

describe('grouping', () => {
  test('a write alone is a group of its own, synced before it is answered', async () => {
    const { submit, store, sealed, answers } = await startCommits()
    const answer = submit('a')
    await settle()
    expect(sealed).toEqual([['a']])
    expect(store.inFlight[0]?.sync).toBe(true)
    expect(answers).toEqual([])
    await store.finish()
    expect(await answer).toEqual({ result: 'a', durable: 'disk' })
  })

  test('writers that wait share one fsync', async () => {
    const { submitAll, store, sealed, answers } = await startCommits()
    submitAll(['a'])
    await settle()
    submitAll(['b', 'c', 'd'])
    await settle()
    expect(store.inFlight).toHaveLength(1)
    await store.finish()
    expect(sealed).toEqual([['a'], ['b', 'c', 'd']])
    expect(answers).toEqual(['a'])
    await store.finish()
    expect(answers).toEqual(['a', 'b', 'c', 'd'])
  })

  test('writers who write again as soon as they are answered stay one group, though some take longer for it', async () => {
    const { submit, store, sealed } = await startCommits()
    const writers = names('w', 5).map(async (writer, turns) => {
      for (let round = 0; round < 4; round += 1) {
        await submit(`${writer}.${round}`)
        for (let turn = 0; turn < turns; turn += 1) await undefined
      }
    })
    for (let round = 0; round < 4; round += 1) {
      await settle()
      await store.finish()
    }
    await Promise.all(writers)
    expect(sealed.map((group) => group.length)).toEqual([5, 5, 5, 5])
  })

  test('with many writers the next group is sealed while the disk works, and never more than that', async () => {
    const { submitAll, store, sealed, answers } = await startCommits()
    submitAll(names('a', 20))
    await settle()
    expect(sealed.map((group) => group.length)).toEqual([10, 10])
    submitAll(names('b', 20))
    await settle()
    expect(sealed).toHaveLength(2)
    expect(store.inFlight).toHaveLength(1)
    expect(store.prepared).toHaveLength(2)
    await store.finish()
    expect(answers).toEqual(names('a', 10))
    expect(sealed.map((group) => group.length)).toEqual([10, 10, 20])
  })

  test('a group holds no more entries and bytes than a commit may', async () => {
    const { submit, store, sealed } = await startCommits({ groupEntriesMax: 4, groupBytesMax: 100 })
    for (const name of names('w', 5)) submit({ name, bytes: 10 })
    submit({ name: 'batch', entries: 3, bytes: 10 })
    submit({ name: 'large', bytes: 95 })
    submit({ name: 'last', bytes: 10 })
    await settle()
    while (store.inFlight.length > 0) await store.finish()
    expect(sealed).toEqual([['w0', 'w1', 'w2', 'w3'], ['w4', 'batch'], ['large'], ['last']])
  })

  test('an item larger than a whole group goes alone', async () => {
    const { submit, store, sealed } = await startCommits({ groupEntriesMax: 2 })
    submit('a')
    submit({ name: 'huge', entries: 9 })
    submit('b')
    await settle()
    while (store.inFlight.length > 0) await store.finish()
    expect(sealed).toEqual([['a'], ['huge'], ['b']])
  })
})

describe('keys', () => {
  test('a second writer of a context waits for the next group', async () => {
    const { submit, store, sealed } = await startCommits()
    for (const [name, key] of [
      ['a1', 'a'],
      ['a2', 'a'],
      ['b1', 'b'],
      ['a3', 'a']
    ] as const)
      submit({ name, keys: [key] })
    await settle()
    while (store.inFlight.length > 0) await store.finish()
    expect(sealed).toEqual([['a1', 'b1'], ['a2'], ['a3']])
  })

  test('a context of the group on the disk is not in the group sealed meanwhile', async () => {
    const { submit, store, sealed } = await startCommits()
    for (const name of names('x', 20)) submit({ name, keys: [name] })
    submit({ name: 'again', keys: ['x0'] })
    await settle()
    expect(sealed.flat()).not.toContain('again')
    expect(sealed).toHaveLength(2)
    await store.finish()
    await store.finish()
    expect(sealed[2]).toEqual(['again'])
  })

  test('nobody overtakes a batch that waits for one of its contexts', async () => {
    const { submit, store, sealed } = await startCommits()
    submit({ name: 'a', keys: ['a'] })
    submit({ name: 'a+b', keys: ['a', 'b'] })
    submit({ name: 'b', keys: ['b'] })
    submit({ name: 'c', keys: ['c'] })
    await settle()
    while (store.inFlight.length > 0) await store.finish()
    expect(sealed).toEqual([['a', 'c'], ['a+b'], ['b']])
  })
})

describe('outcomes', () => {
  test('an item can fail alone', async () => {
    const { submit, store, owner, durable } = await startCommits()
    const conflict = new HcfsError('BAD_REQUEST', 'not like this')
    owner.seal = (items) => ({
      operations: [{ type: 'put', key: 'k', value: '' }],
      outcomes: items.map(({ name }) => (name === 'bad' ? { error: conflict } : { result: name }))
    })
    const [good, bad, last] = [submit('good'), submit('bad'), submit('last')]
    await settle()
    await store.finish()
    await expect(bad).rejects.toBe(conflict)
    expect([(await good).result, (await last).result]).toEqual(['good', 'last'])
    expect(durable).toEqual(['good', 'last'])
  })

  test('a group that changes nothing is answered in its turn, without a write', async () => {
    const { submit, submitAll, store, owner, answers } = await startCommits()
    submitAll(['a'])
    await settle()
    owner.seal = (items) => ({ operations: [], outcomes: items.map(({ name }) => ({ result: name })) })
    submit('nothing')
    await settle()
    expect(answers).toEqual([])
    await store.finish()
    expect(answers).toEqual(['a', 'nothing'])
    expect(store.written).toHaveLength(1)
  })

  test('what is durable is told before its writers hear of it, and a listener that throws harms nobody', async () => {
    const { submit, store, owner, answers, errors } = await startCommits()
    const answersWhenTold: number[] = []
    owner.onDurable = () => {
      answersWhenTold.push(answers.length)
      throw new Error('a mistake of the listener')
    }
    const answer = submit('a')
    await settle()
    await store.finish()
    expect((await answer).result).toBe('a')
    expect(answersWhenTold).toEqual([0])
    expect(errors).toEqual(['commit-listener-failed'])
  })
})

describe('taking back, limits and the end', () => {
  test('a write can be taken back until its group is closed', async () => {
    const { submit, store, sealed } = await startCommits()
    submit('a')
    await settle()
    const controller = new AbortController()
    const answer = submit('b', { signal: controller.signal })
    const late = submit('c', { signal: controller.signal })
    await settle()
    controller.abort()
    await expect(answer).rejects.toMatchObject({ code: 'OPERATION_ABORTED' })
    await expect(late).rejects.toMatchObject({ code: 'OPERATION_ABORTED' })
    await store.finish()
    expect(sealed).toEqual([['a']])
  })

  test('a signal that comes after the group was closed changes nothing', async () => {
    const { submit, store } = await startCommits()
    const controller = new AbortController()
    const answer = submit('a', { signal: controller.signal })
    await settle()
    controller.abort()
    await store.finish()
    expect((await answer).result).toBe('a')
    await expect(submit('b', { signal: controller.signal })).rejects.toMatchObject({ code: 'OPERATION_ABORTED' })
  })

  test('more than the limit does not wait but fails, and room() says when to go on', async () => {
    const { commits, submit, store } = await startCommits({ writeQueueItemsMax: 2 })
    submit('first')
    await settle()
    submit('a')
    submit('b')
    await expect(submit('c')).rejects.toMatchObject({ code: 'WRITE_QUEUE_FULL', retryable: true })
    let hasRoom = false
    const room = commits.room().then(() => {
      hasRoom = true
    })
    await settle()
    expect(hasRoom).toBe(false)
    await store.finish()
    await room
    submit('c')
    while (store.inFlight.length > 0) await store.finish()
    expect(store.written.flat()).toHaveLength(4)
  })

  test('bytes count against the limit as well', async () => {
    const { submit, store } = await startCommits({ writeQueueBytesMax: 100 })
    submit('first')
    await settle()
    submit({ name: 'a', bytes: 100 })
    await expect(submit('b')).rejects.toMatchObject({ code: 'WRITE_QUEUE_FULL' })
    while (store.inFlight.length > 0) await store.finish()
  })

  test('flush resolves when what was submitted before is answered', async () => {
    const { commits, submit, submitAll, store, answers } = await startCommits()
    submitAll(['a'])
    await settle()
    submitAll(['b'])
    const flushed = commits.flush().then(() => answers.push('flushed'))
    await store.finish()
    submit('later')
    await store.finish()
    await flushed
    expect(answers.slice(0, 3)).toEqual(['a', 'b', 'flushed'])
    await store.finish()
  })

  test('stop refuses new writes and answers the earlier ones', async () => {
    const { commits, submit, submitAll, store, answers } = await startCommits()
    submitAll(['a'])
    await settle()
    submitAll(['b'])
    const stopped = commits.stop()
    await expect(submit('late')).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })
    await store.finish()
    await store.finish()
    await stopped
    expect(answers.filter((name) => name !== '!late')).toEqual(['a', 'b'])
  })
})
