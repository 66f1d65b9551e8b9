import { describe, expect, onTestFinished, test } from 'vitest'
import type { Compute, Remote } from '../../src/compute/compute.ts'
import { siblingModule } from '../../src/compute/sibling-module.ts'
import type { SampleService } from './sample-service.ts'

export const CALLS_OPEN_MAX = 8

export const SAMPLE_MODULE = siblingModule(import.meta.url, './sample-service')

export async function startSample(compute: Compute, options: object = {}): Promise<Remote<SampleService>> {
  const remote = await compute.start<SampleService>({ module: SAMPLE_MODULE, options, name: 'sample' })
  onTestFinished(() => remote.close().catch(() => {}))
  return remote
}

/** What every `Compute` promises, whatever it runs on. `newCompute` takes `CALLS_OPEN_MAX` open calls. */
export function describeCompute(name: string, newCompute: () => Compute): void {
  const start = (options: object = {}): Promise<Remote<SampleService>> => startSample(newCompute(), options)

  describe(name, () => {
    describeCalls(start)
    describeFailures(start, newCompute)
    describeClosing(start)
  })
}

type Start = (options?: object) => Promise<Remote<SampleService>>

function describeCalls(start: Start): void {
  test('a call gives what the method returns, and the service has its options', async () => {
    const remote = await start({ greeting: 'Good morning' })

    expect(await remote.call('greet', ['Ada'])).toBe('Good morning Ada')
  })

  test('calls run one after another, also where the first takes longer', async () => {
    const remote = await start()
    const [, , order] = await Promise.all([
      remote.call('note', ['a', 1_000]),
      remote.call('note', ['b', 0]),
      remote.call('note', ['c', 10])
    ])

    expect(order).toEqual(['a', 'b', 'c'])
  })

  test('what is not transferred is copied, and what is transferred is gone here', async () => {
    const remote = await start()
    const copied = Float32Array.of(1, 2)
    const moved = Float32Array.of(3, 4)

    expect(await remote.call('double', [copied])).toEqual(Float32Array.of(2, 4))
    expect(await remote.call('double', [moved], { transfer: [moved.buffer] })).toEqual(Float32Array.of(6, 8))
    expect([copied.length, moved.length]).toEqual([2, 0])
  })

  test('an argument that cannot be cloned is a mistake of the caller, and costs no later call', async () => {
    const remote = await start()
    for (let count = 0; count <= CALLS_OPEN_MAX; count += 1) {
      await expect(remote.call('keep', [() => 1])).rejects.toThrow(TypeError)
    }

    expect(await remote.call('greet', ['Ada'])).toBe('Hello Ada')
  })

  test('beyond the limit of open calls one more is refused, and one that was given up still counts', async () => {
    const remote = await start()
    const giveUp = new AbortController()
    const blocked = remote.call('note', ['a', 10_000], { signal: giveUp.signal })
    const rest = Array.from({ length: CALLS_OPEN_MAX - 1 }, () => remote.call('greet', ['Ada']).catch(() => {}))
    giveUp.abort()

    await expect(blocked).rejects.toMatchObject({ code: 'OPERATION_ABORTED' })
    await expect(remote.call('greet', ['Bob'])).rejects.toMatchObject({ code: 'COMPUTE_BUSY', retryable: true })
    await remote.close()
    await Promise.all(rest)
  })

  test('a signal that is aborted already keeps the call from being made', async () => {
    const remote = await start()
    await expect(remote.call('note', ['x', 0], { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'OPERATION_ABORTED'
    })

    expect(await remote.call('note', ['y', 0])).toEqual(['y'])
  })
}

function describeFailures(start: Start, newCompute: () => Compute): void {
  test('an HcfsError keeps its code, its details and its cause', async () => {
    const remote = await start()

    await expect(remote.call('refuse', [])).rejects.toMatchObject({
      code: 'STORAGE_FULL',
      message: 'No room',
      retryable: true,
      details: { bytes: 7 },
      cause: { message: 'the disk' }
    })
  })

  test.each([
    ['stumble', 'stumbled'],
    ['throwText', 'only a text']
  ] as const)('whatever else %s throws is the cause of COMPUTE_FAILED', async (method, message) => {
    const remote = await start()

    await expect(remote.call(method, [])).rejects.toMatchObject({
      code: 'COMPUTE_FAILED',
      details: { service: 'sample', method },
      cause: { message }
    })
    expect(await remote.call('greet', ['Ada'])).toBe('Hello Ada')
  })

  test('a result that cannot be cloned fails its call and no other', async () => {
    const remote = await start()

    await expect(remote.call('give', [])).rejects.toMatchObject({ code: 'COMPUTE_FAILED' })
    expect(await remote.call('greet', ['Ada'])).toBe('Hello Ada')
  })

  test('a method that the service does not have fails the call', async () => {
    const remote = await start()

    await expect(remote.call('sing' as 'greet', ['Ada'])).rejects.toMatchObject({
      code: 'COMPUTE_FAILED',
      cause: { message: 'sample has no method sing' }
    })
  })

  test('a service that cannot start fails the start with its own code', async () => {
    await expect(start({ failsToStart: true })).rejects.toMatchObject({ code: 'FORMAT_TOO_NEW' })
  })

  test('a module that is no service, or is not there, fails the start', async () => {
    for (const module of ['data:text/javascript,export const a = 1', new URL('./missing.js', import.meta.url)]) {
      const started = newCompute().start({ module: new URL(module), options: {}, name: 'sample' })
      await expect(started).rejects.toMatchObject({ code: 'COMPUTE_FAILED', details: { method: 'createService' } })
    }
  })
}

function describeClosing(start: Start): void {
  test('close waits for the close of the service, and runs it once', async () => {
    const closed = new SharedArrayBuffer(4)
    const remote = await start({ closed })
    await Promise.all([remote.close(), remote.close()])
    await remote.close()

    expect(new Int32Array(closed)[0]).toBe(1)
  })

  test('close rejects with what the close of the service threw', async () => {
    const remote = await start({ failsToClose: true })

    await expect(remote.close()).rejects.toMatchObject({ code: 'STORAGE_FAILED' })
  })

  test('close fails the calls that are open, and later ones', async () => {
    const remote = await start()
    const open = [remote.call('note', ['a', 1_000]), remote.call('greet', ['Ada'])]
    const failed = expect(Promise.allSettled(open)).resolves.toMatchObject([
      { reason: { code: 'COMPUTE_STOPPED' } },
      { reason: { code: 'COMPUTE_STOPPED' } }
    ])
    await remote.close()

    await failed
    await expect(remote.call('greet', ['Ada'])).rejects.toMatchObject({ code: 'COMPUTE_STOPPED' })
  })
}
