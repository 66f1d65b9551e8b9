import { expect, test } from 'vitest'
import type { MachineIdComponents } from '../../src/storage/machine-id.ts'
import { readMachineId } from '../../src/storage/machine-id.ts'

function machine(parts: Partial<MachineIdComponents>): Promise<string> {
  return readMachineId({
    platform: 'linux',
    hostName: 'host',
    readText: () => Promise.reject(new Error('no such file')),
    run: () => Promise.reject(new Error('no such command')),
    ...parts
  })
}

test('the id of the system names the machine, whatever the host is called', async () => {
  const readText = async (): Promise<string> => 'abc\n'
  const id = await machine({ readText })
  expect(id).toMatch(/^[0-9a-f]{64}$/)
  expect(await machine({ readText, hostName: 'renamed' })).toBe(id)
  expect(await machine({ readText: async () => 'def\n' })).not.toBe(id)
  expect(id).not.toContain('abc')
})

test('the second file counts when the first is empty', async () => {
  const readText = async (file: string): Promise<string> => (file.includes('dbus') ? 'abc' : '\n')
  expect(await machine({ readText })).toBe(await machine({ readText: async () => 'abc' }))
})

test('macOS and Windows are asked by their own commands', async () => {
  const ofLinux = await machine({ readText: async () => '1234-ABCD' })
  const ofMac = machine({ platform: 'darwin', run: async () => '    "IOPlatformUUID" = "1234-ABCD"\n' })
  const ofWindows = machine({ platform: 'win32', run: async () => '    MachineGuid    REG_SZ    1234-ABCD\r\n' })
  expect(await ofMac).toBe(ofLinux)
  expect(await ofWindows).toBe(ofLinux)
})

test('without an id the name of the host stands in', async () => {
  expect(await machine({})).toBe(await machine({ platform: 'darwin' }))
  expect(await machine({})).not.toBe(await machine({ hostName: 'another' }))
})

test('this machine has an id, and it stays the same', async () => {
  expect(await readMachineId()).toBe(await readMachineId())
})
