import { describe, expect, test } from 'vitest'
import type { Startable } from '../../src/lifecycle/lifecycle.ts'
import { Lifecycle } from '../../src/lifecycle/lifecycle.ts'
import { StartableGroup } from '../../src/lifecycle/startable-group.ts'
import { settle } from '../../src/time/manual-clock.ts'

describe('a group', () => {
  test('starts its members in order, each when the one before serves, and stops them in reverse', async () => {
    const log: string[] = []
    const group = new StartableGroup(['a', 'b', 'c'].map((name) => member(name, log)))
    await group.start()
    await group.stop()
    expect(log).toEqual(['+a', 'a up', '+b', 'b up', '+c', 'c up', '-c', 'c down', '-b', 'b down', '-a', 'a down'])
  })

  test('may be started and stopped twice and at the same time', async () => {
    const log: string[] = []
    const group = new StartableGroup([member('a', log)])
    await Promise.all([group.start(), group.start()])
    await group.start()
    await Promise.all([group.stop(), group.stop()])
    await group.stop()
    expect(log).toEqual(['+a', 'a up', '-a', 'a down'])
  })

  test('does not mind what its caller does to the array later', async () => {
    const log: string[] = []
    const members = [member('a', log)]
    const group = new StartableGroup(members)
    members.push(member('b', log))
    await group.start()
    expect(log).toEqual(['+a', 'a up'])
  })

  test('starts nothing after it was stopped, even when the stop came in the middle of its start', async () => {
    const log: string[] = []
    const group = new StartableGroup(['a', 'b', 'c'].map((name) => member(name, log)))
    const start = group.start()
    await Promise.all([start, group.stop()])
    const atStop = log.length
    await settle()
    expect(log).toHaveLength(atStop)
    expect(log.slice(-6)).toEqual(['-c', 'c down', '-b', 'b down', '-a', 'a down'])
  })
})

describe('a member that does not start', () => {
  test('undoes the ones before it, in reverse, and leaves the ones after it alone', async () => {
    const log: string[] = []
    const group = new StartableGroup([member('a', log), member('b', log), member('c', log, ['+c']), member('d', log)])
    await expect(group.start()).rejects.toThrow('+c failed')
    expect(log).toEqual(['+a', 'a up', '+b', 'b up', '+c', '-b', 'b down', '-a', 'a down'])
  })

  test('is told together with members that then did not stop', async () => {
    const log: string[] = []
    const group = new StartableGroup([member('a', log), member('b', log, ['-b']), member('c', log, ['+c'])])
    await expect(group.start()).rejects.toSatisfy(
      (error: AggregateError) => error.errors.map((each) => each.message).join() === '+c failed,-b failed'
    )
    expect(log.slice(-2)).toEqual(['-a', 'a down'])
  })

  test('leaves a group that can be started again', async () => {
    const log: string[] = []
    const group = new StartableGroup([member('a', log), member('b', log, ['+b'])])
    await expect(group.start()).rejects.toThrow()
    log.length = 0
    await group.start()
    expect(log).toEqual(['+a', 'a up', '+b', 'b up'])
  })
})

describe('a member that does not stop', () => {
  test.each(['rejects', 'throws'])('and %s keeps no other from stopping', async (how) => {
    const log: string[] = []
    const stuck = { start: async () => {}, stop: () => fail('stuck', how === 'throws') }
    const group = new StartableGroup([member('a', log), stuck, member('b', log, ['-b'])])
    await group.start()
    await expect(group.stop()).rejects.toSatisfy(
      (error: AggregateError) => error.errors.map((each) => each.message).join() === '-b failed,stuck'
    )
    expect(log.slice(-3)).toEqual(['-b', '-a', 'a down'])
  })
})

/** A component that takes a turn of the event loop for everything. What is named in `failing` fails the first time. */
function member(name: string, log: string[], failing: string[] = []): Startable {
  const run = async (what: string, done: string): Promise<void> => {
    log.push(what)
    await settle()
    if (failing.includes(what)) {
      failing.splice(failing.indexOf(what), 1)
      throw new Error(`${what} failed`)
    }
    log.push(done)
  }
  return new Lifecycle(name, {
    onStart: () => run(`+${name}`, `${name} up`),
    onStop: () => run(`-${name}`, `${name} down`)
  })
}

function fail(message: string, isSynchronous: boolean): Promise<void> {
  if (isSynchronous) throw new Error(message)
  return Promise.reject(new Error(message))
}
