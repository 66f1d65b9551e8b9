import type { ChildProcess } from 'node:child_process'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'

interface Holder {
  readonly process: ChildProcess
  readonly said: string[]
}

const TOKEN = '00000000-0000-4000-8000-000000000001'
const OTHER_TOKEN = '00000000-0000-4000-8000-000000000002'

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hcfs-lock-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function startHolder(lockFile: string, manner = 'succeed'): Holder {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'lock-holder.mjs'), lockFile, manner])
  onTestFinished(() => void child.kill('SIGKILL'))
  const said: string[] = []
  child.stdout.setEncoding('utf8').on('data', (text: string) => said.push(...text.trim().split('\n')))
  return { process: child, said }
}

const until = (holder: Holder, text: string) =>
  expect.poll(() => holder.said.join('\n'), { timeout: 20_000 }).toContain(text)

function endedProcessId(): number {
  return spawnSync(process.execPath, ['--version']).pid
}

function lockOf(processId: number, { startedAt = '', token = TOKEN } = {}): string {
  return JSON.stringify({ processId, startedAt, token })
}

test('a second set-up waits for the first, says for whom, and then has its turn', async () => {
  const lockFile = join(temporaryFolder(), 'lock')
  const first = startHolder(lockFile)
  await until(first, 'holding')

  const second = startHolder(lockFile)
  await until(second, `waiting for the set-up that process ${first.process.pid} runs`)
  expect(second.said).not.toContain('holding')

  first.process.stdin?.end()
  await until(second, 'holding')
  expect(first.said).toContain('released')
})

test('a holder that was killed is followed by the next', async () => {
  const lockFile = join(temporaryFolder(), 'lock')
  const first = startHolder(lockFile)
  await until(first, 'holding')

  first.process.kill('SIGKILL')
  await once(first.process, 'exit')

  await until(startHolder(lockFile), 'holding')
})

test('work that fails gives the lock back, and leaves nothing behind', async () => {
  const folder = temporaryFolder()

  await until(startHolder(join(folder, 'lock'), 'fail'), 'the work failed')

  expect(readdirSync(folder)).toEqual([])
})

test.each([
  ['an ended process', () => lockOf(endedProcessId())],
  ['nobody, because a power cut took its text', () => '']
])('a lock of %s is taken over', async (_who, textOf) => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'lock'), textOf())

  const holder = startHolder(join(folder, 'lock'))

  await until(holder, 'holding')
  expect(readdirSync(folder)).toEqual(['lock'])
})

test('a lock of a process whose number belongs to another one now is taken over', async ({ skip }) => {
  skip(process.platform !== 'linux', 'only Linux says when a process started')
  const lockFile = join(temporaryFolder(), 'lock')
  writeFileSync(lockFile, lockOf(process.pid, { startedAt: '1' }))

  await until(startHolder(lockFile), 'holding')
})

test('a takeover that was itself cut short is taken over', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'lock'), lockOf(endedProcessId()))
  writeFileSync(join(folder, `lock.${TOKEN}`), lockOf(endedProcessId(), { token: OTHER_TOKEN }))

  await until(startHolder(join(folder, 'lock')), 'holding')

  expect(readdirSync(folder)).toEqual(['lock'])
})

/*
 * Goal: of those that find the same dead lock at the same moment, exactly one gets it.
 * Method: threads meet before every round and try at once. Each round has a dead
 * lock of its own; removing a new lock in place of the dead one gives two winners.
 */
test('of several that find the same dead lock, one takes it', async () => {
  const [rounds, threads] = [200, 2]
  const folder = temporaryFolder()
  const dead = endedProcessId()
  for (let round = 0; round < rounds; round += 1) writeFileSync(join(folder, `${round}.lock`), lockOf(dead))

  const shared = new SharedArrayBuffer(4 * (rounds + 1))
  const script = join(import.meta.dirname, 'lock-race.mjs')
  const racers = Array.from({ length: threads }, () => {
    return new Worker(script, { workerData: { folder, rounds, threads, shared } })
  })
  await Promise.all(racers.map((racer) => once(racer, 'exit')))

  const [, ...taken] = new Int32Array(shared)
  expect(taken).toEqual(new Array(rounds).fill(1))
})
