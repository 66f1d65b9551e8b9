import { threadId } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { InlineCompute } from '../../src/compute/inline-compute.ts'
import { CALLS_OPEN_MAX, describeCompute, startSample } from './describe-compute.ts'

const newInlineCompute = (): InlineCompute => new InlineCompute({ limits: { computeCallsOpenMax: CALLS_OPEN_MAX } })

describeCompute('InlineCompute', newInlineCompute)

test('runs on the thread of its caller', async () => {
  const remote = await startSample(newInlineCompute())

  expect(await remote.call('thread', [])).toBe(threadId)
})
