import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { promisify } from 'node:util'
import { sha256Hex } from '@hcfs/core'

export interface MachineIdComponents {
  platform: NodeJS.Platform
  hostName: string
  readText(file: string): Promise<string>
  run(command: string, args: readonly string[]): Promise<string>
}

const RUN_TIMEOUT_MS = 5_000

const LINUX_FILES = ['/etc/machine-id', '/var/lib/dbus/machine-id']
const MAC_PATTERN = /"IOPlatformUUID" = "([^"]+)"/
const WINDOWS_PATTERN = /MachineGuid\s+REG_SZ\s+(\S+)/

/**
 * Names this installation of an operating system, so that a data directory notices
 * that it was carried to another one. Hashed, because the systems ask not
 * to hand their id around. Where there is none (some containers) the host's name stands in.
 */
export async function readMachineId(components: MachineIdComponents = systemComponents()): Promise<string> {
  const id = (await systemId(components).catch(() => '')).trim()
  return sha256Hex(
    Buffer.from(JSON.stringify(id === '' ? ['hcfs/host/1', components.hostName] : ['hcfs/machine/1', id]))
  )
}

async function systemId({ platform, readText, run }: MachineIdComponents): Promise<string> {
  if (platform === 'darwin') {
    return MAC_PATTERN.exec(await run('ioreg', ['-rd1', '-c', 'IOPlatformExpertDevice']))?.[1] ?? ''
  }
  if (platform === 'win32') {
    const key = 'HKLM\\SOFTWARE\\Microsoft\\Cryptography'
    return WINDOWS_PATTERN.exec(await run('reg', ['query', key, '/v', 'MachineGuid']))?.[1] ?? ''
  }
  for (const file of LINUX_FILES) {
    const text = await readText(file).catch(() => '')
    if (text.trim() !== '') return text
  }
  return ''
}

function systemComponents(): MachineIdComponents {
  const execute = promisify(execFile)
  return {
    platform: process.platform,
    hostName: hostname(),
    readText: (file) => readFile(file, 'utf8'),
    run: async (command, args) =>
      (await execute(command, [...args], { timeout: RUN_TIMEOUT_MS, windowsHide: true })).stdout
  }
}
