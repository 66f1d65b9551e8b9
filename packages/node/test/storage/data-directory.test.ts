import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { ManualClock, silentLogger } from '@hcfs/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../../../../test/conformance/ordered-store/temporary-directory.ts'
import type { DataDirectoryOptions } from '../../src/storage/data-directory.ts'
import { DataDirectory } from '../../src/storage/data-directory.ts'
import { mountSmallDisk } from './small-disk.ts'

const MEBIBYTE = 1_048_576

async function open(path: string, options?: DataDirectoryOptions, machine = 'machine'): Promise<DataDirectory> {
  const components = { clock: new ManualClock(), log: silentLogger, machineId: async () => machine }
  const directory = await DataDirectory.open(path, components, options)
  onTestFinished(() => directory.close())
  return directory
}

async function newPath(): Promise<string> {
  return join(await temporaryDirectory(), 'data')
}

/** Another process that holds the directory. */
async function holdElsewhere(path: string) {
  const program = join(import.meta.dirname, 'holding-process.ts')
  const child = spawn(process.execPath, ['--conditions=hcfs-source', program, path], {
    stdio: ['pipe', 'pipe', 'inherit']
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return {
    pid: child.pid,
    end: async (): Promise<void> => {
      child.stdin.end()
      await once(child, 'exit')
    },
    kill: async (): Promise<void> => {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  }
}

describe('a new directory', () => {
  test('is made with everything above it, for its owner alone', async () => {
    const path = join(await newPath(), 'deep', 'er')
    const directory = await open(path)
    expect(statSync(path).mode & 0o777).toBe(0o700)
    expect(directory.opening).toMatchObject({ format: { kind: 'created' }, wasClosedCleanly: false })
    expect(directory.provesLastWrite('buffered')).toBe(true)
  })

  test('that others could enter is closed to them', async () => {
    const path = await newPath()
    mkdirSync(path)
    chmodSync(path, 0o755)
    await open(path)
    expect(statSync(path).mode & 0o777).toBe(0o700)
  })

  test('that holds something else is refused and left as it was', async () => {
    const path = await newPath()
    mkdirSync(path)
    chmodSync(path, 0o755)
    writeFileSync(join(path, 'thesis.tex'), '')
    await expect(open(path)).rejects.toMatchObject({
      code: 'DIRECTORY_INVALID',
      message: expect.stringContaining('thesis.tex')
    })
    expect(readdirSync(path)).toEqual(['thesis.tex'])
    expect(statSync(path).mode & 0o777).toBe(0o755)
  })

  test('is not made where a file is, or below one', async () => {
    const path = await newPath()
    writeFileSync(path, '')
    await expect(open(path)).rejects.toMatchObject({ code: 'DIRECTORY_INVALID' })
    await expect(open(join(path, 'below'))).rejects.toMatchObject({ code: 'DIRECTORY_INVALID' })
  })

  test('is not made on a disk that cannot be written', async (context) => {
    const disk = mountSmallDisk(context, MEBIBYTE)
    disk.setReadOnly(true)
    const path = join(disk.path, 'data')
    await expect(open(path)).rejects.toMatchObject({ code: 'DIRECTORY_NOT_WRITABLE', details: { directory: path } })
  })

  test('is not made on a full disk', async (context) => {
    const disk = mountSmallDisk(context, 16_384)
    writeFileSync(join(disk.path, 'ballast'), Buffer.alloc(8_192))
    await expect(open(join(disk.path, 'data'))).rejects.toMatchObject({ code: 'STORAGE_FULL' })
  })
})

describe('a directory in use', () => {
  test('by another process is refused at once, and the error says by whom', async () => {
    const path = await newPath()
    const holder = await holdElsewhere(path)
    await expect(open(path)).rejects.toMatchObject({
      code: 'DIRECTORY_IN_USE',
      message: expect.stringContaining(`process ${holder.pid} on ${hostname()}`),
      details: { pid: holder.pid, host: hostname(), directory: path }
    })
    await holder.end()
    expect((await open(path)).opening.wasClosedCleanly).toBe(true)
  })

  test('by this process is refused as well', async () => {
    const path = await newPath()
    await open(path)
    await expect(open(path)).rejects.toMatchObject({ code: 'DIRECTORY_IN_USE', details: { pid: process.pid } })
  })

  test('by nobody any more, because its holder was killed, is opened, and holds what was written', async () => {
    const path = await newPath()
    const holder = await holdElsewhere(path)
    await holder.kill()
    const directory = await open(path)
    expect(directory.opening).toMatchObject({ wasClosedCleanly: false, isSamePlace: true, droppedBytes: 0 })
    expect(directory.store.getTextSync('row 49')).toBe('x'.repeat(500))
  })

  test('says so without a name while the holder file is missing or torn', async () => {
    const path = await newPath()
    await open(path)
    for (const content of ['', '{"pid":', '{"pid":"7"}']) {
      writeFileSync(join(path, 'holder.json'), content)
      await expect(open(path)).rejects.toMatchObject({ code: 'DIRECTORY_IN_USE', details: { directory: path } })
    }
  })
})

describe('the proof of the last write', () => {
  test('holds when the directory is where it was and was closed', async () => {
    const path = await newPath()
    await (await open(path)).close()
    const again = await open(path)
    expect(again.opening).toMatchObject({ format: { kind: 'current' }, wasClosedCleanly: true, isSamePlace: true })
    expect(again.provesLastWrite('buffered')).toBe(true)
  })

  test('after a crash holds for writes that were fsynced only', async () => {
    const path = await newPath()
    await (await open(path)).close()
    await (await holdElsewhere(path)).kill()
    const again = await open(path)
    expect(again.provesLastWrite('disk')).toBe(true)
    expect(again.provesLastWrite('buffered')).toBe(false)
  })

  test('fails on another machine', async () => {
    const path = await newPath()
    await (await open(path)).close()
    expect((await open(path, {}, 'another machine')).provesLastWrite('disk')).toBe(false)
  })

  test('fails for a copy, and still holds for the original', async () => {
    const path = await newPath()
    await (await open(path)).close()
    cpSync(path, `${path}-copy`, { recursive: true, preserveTimestamps: true })
    expect((await open(`${path}-copy`)).provesLastWrite('disk')).toBe(false)
    expect((await open(path)).provesLastWrite('disk')).toBe(true)
  })

  test('fails when an older copy was restored into the same directory', async () => {
    const path = await newPath()
    await (await open(path)).close()
    cpSync(path, `${path}-backup`, { recursive: true, preserveTimestamps: true })
    await (await open(path)).close()
    rmSync(join(path, 'store'), { recursive: true })
    cpSync(`${path}-backup`, path, { recursive: true, preserveTimestamps: true })
    expect((await open(path)).provesLastWrite('disk')).toBe(false)
  })

  test('fails when the files were restored in place', async () => {
    const path = await newPath()
    await (await open(path)).close()
    const file = join(path, 'holder.json')
    const before = statSync(file)
    writeFileSync(file, readFileSync(file))
    expect(statSync(file).ino).toBe(before.ino)
    expect((await open(path)).provesLastWrite('disk')).toBe(false)
  })

  test('fails when the log was damaged', async () => {
    const path = await newPath()
    await (await holdElsewhere(path)).kill()
    const log = readdirSync(join(path, 'store')).find((name) => name.endsWith('.log'))!
    const content = readFileSync(join(path, 'store', log))
    content[5_000] = content[5_000]! ^ 1
    writeFileSync(join(path, 'store', log), content)
    const again = await open(path)
    expect(again.opening.droppedBytes).toBeGreaterThan(0)
    expect(again.provesLastWrite('disk')).toBe(false)
  })

  test('once it failed, fails until somebody has acted on it', async () => {
    const path = await newPath()
    await (await open(path)).close()
    await (await open(path, {}, 'elsewhere')).close()
    const pending = await open(path, {}, 'elsewhere')
    expect(pending.opening).toMatchObject({ isSamePlace: true, isProofPending: true })
    expect(pending.provesLastWrite('disk')).toBe(false)
    await pending.store.batch([pending.settleProof()])
    await pending.close()
    expect((await open(path, {}, 'elsewhere')).provesLastWrite('disk')).toBe(true)
  })
})

describe('the format', () => {
  test('of a newer program is refused, and the directory is free again', async () => {
    const path = await newPath()
    await (await open(path, { formatVersion: 3, migrations: [] })).close()
    await expect(open(path)).rejects.toMatchObject({ code: 'FORMAT_TOO_NEW', details: { found: 3, known: 2 } })
    await open(path, { formatVersion: 3, migrations: [] })
  })

  test('of an older program is migrated when the directory is opened', async () => {
    const path = await newPath()
    const old = await open(path)
    await old.store.batch([{ type: 'put', key: 'x', value: 'old' }])
    await old.close()
    const migration = {
      from: 2,
      migrate: (store: DataDirectory['store']) => store.batch([{ type: 'put', key: 'x', value: 'new' }])
    }
    const migrated = await open(path, { formatVersion: 3, migrations: [migration] })
    expect(migrated.opening).toMatchObject({ format: { kind: 'migrated', from: 2 }, isSamePlace: true })
    expect(migrated.store.getTextSync('x')).toBe('new')
  })
})
