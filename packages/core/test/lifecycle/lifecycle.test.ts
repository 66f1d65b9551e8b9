import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Lifecycle } from '../../src/lifecycle/lifecycle.ts'
import { settle } from '../../src/time/manual-clock.ts'
import { HookScript } from './hook-script.ts'

describe('a lifecycle', () => {
  test('is stopped at first, and does nothing on its own', () => {
    const script = new HookScript()
    const lifecycle = new Lifecycle('store', script.hooks)
    expect(lifecycle.status).toBe('stopped')
    expect(script.log).toEqual([])
  })

  test('serves after start and not after stop', async () => {
    const { lifecycle, script } = scripted()
    await script.letAllPass(lifecycle.start())
    expect(lifecycle.status).toBe('started')
    expect(() => lifecycle.assertStarted()).not.toThrow()
    await script.letAllPass(lifecycle.stop())
    expect(lifecycle.status).toBe('stopped')
    expect(script.log).toEqual(['start', 'started', 'stop', 'stopped'])
  })

  test('names itself and its status when it cannot serve', async () => {
    const { lifecycle, script } = scripted()
    const start = lifecycle.start()
    expect(() => lifecycle.assertStarted()).toThrow(
      expect.objectContaining({
        code: 'NODE_NOT_RUNNING',
        message: 'store is starting',
        details: { component: 'store', status: 'starting' }
      })
    )
    await script.letAllPass(start)
  })

  test('may be started and stopped twice', async () => {
    const { lifecycle, script } = scripted()
    await lifecycle.stop()
    await script.letAllPass(lifecycle.start())
    await lifecycle.start()
    await script.letAllPass(lifecycle.stop())
    await lifecycle.stop()
    expect(script.log).toEqual(['start', 'started', 'stop', 'stopped'])
  })

  test('shares one transition among concurrent calls', async () => {
    const { lifecycle, script } = scripted()
    expect(lifecycle.start()).toBe(lifecycle.start())
    await script.letAllPass(lifecycle.start())
    expect(lifecycle.stop()).toBe(lifecycle.stop())
    await script.letAllPass(lifecycle.stop())
    expect(script.log).toEqual(['start', 'started', 'stop', 'stopped'])
  })
})

describe('a call that contradicts the transition under way', () => {
  test('stops only after the start has settled', async () => {
    const { lifecycle, script } = scripted()
    const start = lifecycle.start()
    const stop = lifecycle.stop()
    await settle()
    expect([lifecycle.status, script.log]).toEqual(['stopping', ['start']])
    await script.letAllPass(start, stop)
    expect([lifecycle.status, script.log]).toEqual(['stopped', ['start', 'started', 'stop', 'stopped']])
  })

  test('starts only after the stop has settled', async () => {
    const { lifecycle, script } = scripted()
    await script.letAllPass(lifecycle.start())
    const stop = lifecycle.stop()
    const start = lifecycle.start()
    await script.letAllPass(stop, start)
    expect([lifecycle.status, script.log.slice(2)]).toEqual(['started', ['stop', 'stopped', 'start', 'started']])
  })

  test('does not make it look started while a stop is still to come', async () => {
    const { lifecycle, script } = scripted()
    const calls = [lifecycle.start(), lifecycle.stop(), lifecycle.start()]
    await settle()
    await script.letNextPass()
    expect(script.log).toEqual(['start', 'started', 'stop'])
    expect(() => lifecycle.assertStarted()).toThrow('store is starting')
    await script.letAllPass(...calls)
    expect(lifecycle.status).toBe('started')
  })
})

describe('a hook that fails', () => {
  test('leaves the lifecycle stopped and tells every caller, and a later start may succeed', async () => {
    const { lifecycle, script } = scripted('start')
    const calls = [lifecycle.start(), lifecycle.start()]
    expect(await script.outcomes(...calls)).toEqual(['start failed', 'start failed'])
    expect(lifecycle.status).toBe('stopped')
    await script.letAllPass(lifecycle.start())
    expect(lifecycle.status).toBe('started')
  })

  test('at stop leaves the lifecycle stopped, and it can be started again', async () => {
    const { lifecycle, script } = scripted('stop')
    await script.letAllPass(lifecycle.start())
    expect(await script.outcomes(lifecycle.stop())).toEqual(['stop failed'])
    expect(lifecycle.status).toBe('stopped')
    await script.letAllPass(lifecycle.start())
    expect(lifecycle.status).toBe('started')
  })

  test('at start leaves a waiting stop with nothing to do', async () => {
    const { lifecycle, script } = scripted('start')
    expect(await script.outcomes(lifecycle.start(), lifecycle.stop())).toEqual(['start failed', 'done'])
    expect([lifecycle.status, script.log]).toEqual(['stopped', ['start']])
  })

  test('after a later call has begun does not change what that one makes of it', async () => {
    const { lifecycle, script } = scripted('start')
    const outcomes = script.outcomes(lifecycle.start(), lifecycle.stop(), lifecycle.start())
    expect(await outcomes).toEqual(['start failed', 'done', 'done'])
    expect(lifecycle.status).toBe('started')
  })

  test('by throwing instead of rejecting is no different', async () => {
    const lifecycle = new Lifecycle('store', {
      onStart: () => {
        throw new Error('at once')
      },
      onStop: async () => {}
    })
    await expect(lifecycle.start()).rejects.toThrow('at once')
    expect(lifecycle.status).toBe('stopped')
  })
})

test('whatever is called and whatever fails, hooks never overlap, alternate, and end where the last call wanted', async () => {
  const steps = fc.array(fc.constantFrom('start', 'stop', 'pass'), { maxLength: 20 })
  const failures = fc.array(fc.constantFrom('start', 'stop', 'none'), { maxLength: 10 })
  await fc.assert(
    fc.asyncProperty(steps, failures, async (called, failing) => {
      const { lifecycle, script } = scripted(...failing)
      const calls: Promise<unknown>[] = []
      for (const step of called) {
        if (step === 'pass') await script.letNextPass()
        else calls.push(lifecycle[step]().catch(() => {}))
      }
      await script.outcomes(...calls)
      expect(script.mistakes()).toEqual([])
      expect(lifecycle.status).toBe(script.isUp ? 'started' : 'stopped')
    })
  )
})

function scripted(...failing: readonly string[]): { lifecycle: Lifecycle; script: HookScript } {
  const script = new HookScript(failing)
  return { lifecycle: new Lifecycle('store', script.hooks), script }
}
