import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { threadId } from 'node:worker_threads'
import type { LogFields } from '@hcfs/core'
import { ManualClock, resolveNodeLimits, settle, silentLogger } from '@hcfs/core'
import { expect, test } from 'vitest'
import { ThreadCompute } from '../../src/compute/thread-compute.ts'
import { CALLS_OPEN_MAX, describeCompute, startSample } from './describe-compute.ts'

const MIB = 1_024 * 1_024
const limits = resolveNodeLimits({ computeCallsOpenMax: CALLS_OPEN_MAX, computeHeapBytesMax: 32 * MIB })

function newThreadCompute({ clock = new ManualClock() } = {}) {
  const logged: string[] = []
  const note = (event: string, fields?: LogFields): void => {
    logged.push(`${event} ${String(fields?.['service'])}`)
  }
  const log = { ...silentLogger, warn: note, error: note }
  return { compute: new ThreadCompute({ clock, log }, { limits }), clock, logged }
}

describeCompute('ThreadCompute', () => newThreadCompute().compute)

test('runs on another thread than its caller', async () => {
  const remote = await startSample(newThreadCompute().compute)

  expect(await remote.call('thread', [])).not.toBe(threadId)
})

test.each(['leave', 'crash', 'fillMemory'] as const)(
  'a thread that dies by %s fails its open and later calls, and this process goes on',
  async (death) => {
    const { compute, logged } = newThreadCompute()
    const remote = await startSample(compute)
    const open = [remote.call(death, []), remote.call('wait', [])]

    for (const call of await Promise.allSettled(open.slice(1))) expect(call).toMatchObject({ reason: DIED })
    await expect(remote.call('greet', ['Ada'])).rejects.toMatchObject(DIED)
    await Promise.allSettled(open)
    await remote.close()
    expect(logged).toEqual(['service-thread-died sample'])
  }
)

const DIED = { code: 'COMPUTE_FAILED', details: { service: 'sample', died: true } }

test('a thread that does not come to its close is left behind when its time is over', async () => {
  const { compute, clock, logged } = newThreadCompute()
  const remote = await startSample(compute)
  const spinning = remote.call('spin', []).catch((error: unknown) => error)
  const closed = remote.close()
  await settle()
  await clock.advance(limits.computeCloseMsMax)

  await closed
  expect(await spinning).toMatchObject({ code: 'COMPUTE_STOPPED' })
  expect(logged).toEqual(['service-close-too-slow sample'])
})

test('a service that leaves a handle open does not keep its thread alive after close', async () => {
  const module = new URL(
    'data:text/javascript,import net from "node:net"; export const createService = () => ({ server: net.createServer().listen(0) })'
  )
  const remote = await newThreadCompute().compute.start({ module, options: {}, name: 'leaky' })

  await remote.close()
})

/*
 * The same program against the sources and against what the compiler wrote: an
 * idle thread that nobody closed must not keep its process alive.
 */
test.each(['sources', 'dist'])('a process runs services from %s, and ends by itself', async (from) => {
  const root = new URL(from === 'sources' ? '../../src/' : '../../dist/', import.meta.url)
  const ending = from === 'sources' ? 'ts' : 'js'
  const program = `
    import { resolveNodeLimits, silentLogger, SystemClock } from '@hcfs/core'
    import { ThreadCompute } from '${root.href}compute/thread-compute.${ending}'
    const compute = new ThreadCompute({ clock: new SystemClock(), log: silentLogger }, { limits: resolveNodeLimits() })
    const module = new URL('data:text/javascript,export const createService = () => ({ add: (a, b) => a + b })')
    const remote = await compute.start({ module, options: {}, name: 'adder' })
    process.stdout.write(String(await remote.call('add', [2, 3])))
    await compute.start({ module, options: {}, name: 'never called' })
  `
  const conditions = from === 'sources' ? ['--conditions=hcfs-source'] : []
  const args = [...conditions, '--input-type=module', '--eval', program]
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: fileURLToPath(import.meta.resolve('./'))
  })

  expect(stdout).toBe('5')
})
