import { beforeEach, expect, test } from 'vitest'
import { FreshClone } from './fresh-clone.ts'

const PACKAGED_NODE = `node_modules/node-${process.platform}-${process.arch}/bin/node`
const OLD_NODE = ['--import', 'data:text/javascript,Object.defineProperty(process,"version",{value:"v20.20.2"})']

beforeEach(({ skip }) => {
  skip(process.platform === 'win32', 'the stand-in for npm is a shell script')
})

test('a fresh clone is installed and compiled', async () => {
  const clone = new FreshClone()

  const { said, exitCode } = await clone.setUp()

  expect(exitCode).toBe(0)
  expect(clone.read('npm-calls')).toMatch(/^ci .*--loglevel=error\n$/)
  expect(clone.read('compiled')).toBe('once ')
  expect(said).toMatch(/^setup: installing packages …\nsetup: installed in \d+ s\n$/)
})

test('when nothing changed it only compiles, and says nothing', async () => {
  const clone = new FreshClone()
  await clone.setUp()

  const { said } = await clone.setUp()

  expect(clone.installs).toBe(1)
  expect(clone.read('compiled')).toBe('once once ')
  expect(said).toBe('')
})

test.each(['package-lock.json', 'packages/core/package.json'])('a changed %s is installed', async (file) => {
  const clone = new FreshClone()
  await clone.setUp()

  clone.write(file, '{ "version": "2.0.0" }')
  await clone.setUp()

  expect(clone.installs).toBe(2)
})

test('two set-ups at once install once', async () => {
  const clone = new FreshClone()

  const results = await Promise.all([clone.setUp(), clone.setUp()])

  expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0])
  expect(clone.installs).toBe(1)
  expect(clone.has('.setup.lock')).toBe(false)
})

test('an install that fails says what to do, and is done again the next time', async () => {
  const clone = new FreshClone()

  const { said, exitCode } = await clone.setUp({ npm: 'fails' })
  expect(exitCode).toBe(1)
  expect(said).toContain('check the network and your npm settings')
  expect(clone.has('.setup.lock')).toBe(false)

  await clone.setUp()
  expect(clone.installs).toBe(2)
})

test('an install that fails after a good one does not leave the good one’s stamp', async () => {
  const clone = new FreshClone()
  await clone.setUp()
  const before = clone.read('package-lock.json')
  clone.write('package-lock.json', '{ "changed": true }')
  await clone.setUp({ npm: 'fails' })

  clone.write('package-lock.json', before)
  await clone.setUp()

  expect(clone.installs).toBe(3)
})

test('without npm it says so', async () => {
  const { said, exitCode } = await new FreshClone().setUp({ hasNpm: false })

  expect(exitCode).toBe(1)
  expect(said).toContain('npm was not found')
})

test('without a compiler it goes on, and says what will be slower', async () => {
  const { said, exitCode } = await new FreshClone().setUp({ npm: 'no-compiler' })

  expect(exitCode).toBe(0)
  expect(said).toContain('going on without the native vector library')
})

test('the packaged Node is linked for npm scripts when npm did not do it', async () => {
  const clone = new FreshClone()

  await clone.setUp({ npm: 'node', nodeArguments: OLD_NODE })

  expect(clone.read('node_modules/.bin/node')).toBe(clone.read(PACKAGED_NODE))
})

test('a packaged Node that does not run here gives way to a new enough one', async () => {
  const { said, exitCode } = await new FreshClone().setUp({ npm: 'broken-node' })

  expect(exitCode).toBe(0)
  expect(said).toContain('the packaged Node does not run on this machine')
})

test.each(['', 'broken-node'])('an old Node and no packaged one (%s) says what to install', async (npm) => {
  const { said, exitCode } = await new FreshClone().setUp({ npm, nodeArguments: OLD_NODE })

  expect(exitCode).toBe(1)
  expect(said).toContain('this machine has Node v20.20.2, HCFS needs 22.12 or newer')
  expect(said).toContain('Install Node 24')
})
