import { ROOT_PATH } from '@hcfs/core'
import { expect, test } from 'vitest'
import { durableTips } from '../../src/convergence/durable-tips.ts'
import { deviceNumber, tip } from './frontier-samples.ts'
import { SampleCopy } from './sample-copy.ts'

test('a chain that runs ahead of the disk is followed back to what is on it', async () => {
  const copy = new SampleCopy()
  for (let count = 0; count < 2; count += 1) copy.write(deviceNumber(2))
  for (let count = 0; count < 3; count += 1) copy.write(deviceNumber(2), { isDurable: false })
  copy.write(deviceNumber(3), { isDurable: false })
  expect(await copy.tipsOf()).toEqual([tip(2, 5), tip(3, 1)])
  expect(await durableTips(copy, ROOT_PATH)).toEqual([tip(2, 2)])
  copy.sync()
  expect(await durableTips(copy, ROOT_PATH)).toEqual([tip(2, 5), tip(3, 1)])
})
