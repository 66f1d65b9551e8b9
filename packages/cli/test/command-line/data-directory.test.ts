import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findDataDirectory } from '../../src/command-line/data-directory.ts'
import { temporaryDirectory } from '../temporary-directory.ts'

async function place() {
  const home = await temporaryDirectory()
  const inner = join(home, 'work', 'project', 'src')
  await mkdir(inner, { recursive: true })
  return { home, inner, found: { variables: {}, workingDirectory: inner, homeDirectory: join(home, 'me') } }
}

test('an option goes before everything, and is taken from the working directory', async () => {
  const { inner, found } = await place()
  const environment = { ...found, variables: { HCFS_DIR: '/elsewhere' } }
  expect(findDataDirectory('data', environment)).toEqual({ path: join(inner, 'data'), source: 'option' })
})

test('the variable goes before the nearest directory', async () => {
  const { inner, found } = await place()
  await mkdir(join(inner, '.hcfs'))
  const environment = { ...found, variables: { HCFS_DIR: '/elsewhere' } }
  expect(findDataDirectory(undefined, environment)).toEqual({ path: '/elsewhere', source: 'variable' })
})

test('an empty variable counts for nothing', async () => {
  const { home, found } = await place()
  const environment = { ...found, variables: { HCFS_DIR: '' } }
  expect(findDataDirectory(undefined, environment)).toEqual({ path: join(home, 'me', '.hcfs'), source: 'home' })
})

test('the nearest .hcfs upwards is found; a file of that name is not one', async () => {
  const { home, inner, found } = await place()
  await mkdir(join(home, 'work', '.hcfs'))
  await writeFile(join(inner, '.hcfs'), '')
  expect(findDataDirectory(undefined, found)).toEqual({ path: join(home, 'work', '.hcfs'), source: 'nearest' })
})

test('without any of them it is the home directory', async () => {
  const { home, found } = await place()
  expect(findDataDirectory(undefined, found)).toEqual({ path: join(home, 'me', '.hcfs'), source: 'home' })
})
