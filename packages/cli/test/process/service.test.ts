import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Service } from '../../src/process/service.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

const FACTS = { command: ['/usr/bin/node', '/opt/h cfs/main.js', 'start'], directory: '/home/ada/100%/$HOME/.hcfs' }

async function service(platform: NodeJS.Platform, failure?: string) {
  const homeDirectory = await temporaryDirectory()
  const steps: string[] = []
  const ran: string[] = []
  const run = (program: string, args: readonly string[]): string | undefined => {
    ran.push([program, ...args].join(' '))
    return failure
  }
  const place = { platform, homeDirectory, variables: {} }
  return { homeDirectory, steps, ran, service: new Service({ place, run, done: (step) => void steps.push(step) }) }
}

test('on Linux it is a user unit of systemd, with every word quoted', async () => {
  const given = await service('linux')
  await given.service.install({ ...FACTS, command: [...FACTS.command, '--dir', FACTS.directory] })
  const unit = await readFile(join(given.homeDirectory, '.config/systemd/user/hcfs.service'), 'utf8')
  expect(unit).toContain(
    'ExecStart="/usr/bin/node" "/opt/h cfs/main.js" "start" "--dir" "/home/ada/100%%/$$HOME/.hcfs"\n'
  )
  expect(unit).toContain('Environment="MALLOC_ARENA_MAX=2"\n')
  expect(given.ran).toEqual(['systemctl --user daemon-reload', 'systemctl --user enable --now hcfs.service'])
})

test('on macOS it is a user agent of launchd', async () => {
  const given = await service('darwin')
  await given.service.install({ ...FACTS, directory: '/Users/ada/a & b' })
  expect(await readFile(given.service.file, 'utf8')).toContain('<string>/Users/ada/a &amp; b</string>')
  expect(given.ran).toEqual([`launchctl load -w ${given.service.file}`])
})

test('what could not be run is told, so that the user can', async () => {
  const given = await service('linux', 'no session')
  await given.service.install(FACTS)
  expect(given.steps).toContain('could not run systemctl --user daemon-reload (no session); run it yourself')
})

test('it is taken away again, once', async () => {
  const given = await service('linux')
  await given.service.install(FACTS)
  expect(await given.service.isInstalled()).toBe(true)
  await given.service.uninstall()
  expect(await given.service.isInstalled()).toBe(false)
  await expect(given.service.uninstall()).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
})

test('elsewhere it is refused, with what to do instead', async () => {
  const given = await service('win32')
  await expect(given.service.install(FACTS)).rejects.toMatchObject({
    code: 'SERVICE_UNSUPPORTED',
    message: expect.stringContaining('hcfs start')
  })
})
