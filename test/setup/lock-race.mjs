// One of several threads that try to take the same lock at the same moment, again and again.
import { join } from 'node:path'
import { threadId, workerData } from 'node:worker_threads'
import { tryTake } from '../../scripts/install-lock.mjs'

const { folder, rounds, threads, shared } = workerData
const [ARRIVED, TAKEN] = [0, 1]
const counters = new Int32Array(shared)

for (let round = 0; round < rounds; round += 1) {
  arriveTogether(round)
  const mine = {
    processId: process.pid,
    startedAt: '',
    token: (threadId * rounds + round).toString(16).padStart(36, '0')
  }
  if (tryTake(join(folder, `${round}.lock`), mine)) Atomics.add(counters, TAKEN + round, 1)
}

/** Busy, because a thread that sleeps wakes too late to be in the race. */
function arriveTogether(round) {
  Atomics.add(counters, ARRIVED, 1)
  while (Atomics.load(counters, ARRIVED) < (round + 1) * threads);
}
