import { SystemClock } from '@hcfs/core'

/*
 * Loaded before everything else into a node's process (`node --import`): its clock is wrong by so much.
 * Only what reads the wall clock notices, as on a machine whose time was set wrong.
 */

const aheadMs = Number(process.env['HCFS_TEST_CLOCK_AHEAD_MS'])
if (!Number.isSafeInteger(aheadMs)) throw new TypeError('HCFS_TEST_CLOCK_AHEAD_MS is a whole number of milliseconds')

const { now } = SystemClock.prototype
SystemClock.prototype.now = function aheadOfTime(this: SystemClock): number {
  return now.call(this) + aheadMs
}
