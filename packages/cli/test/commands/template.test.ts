import { expect, test } from 'vitest'
import { harnessWithNode } from '../command-harness.ts'

test('a template is listed, shown and applied, and applying it again says that it was there', async () => {
  const cli = await harnessWithNode()
  expect((await cli.run(['template', 'list'])).stdout).toMatch(/web-app +Web application +shipped/)

  const { stdout } = await cli.run(['template', 'show', 'web-app'])
  expect(stdout).toContain('param    name (required)')
  expect(stdout).toContain('context  /frontend')

  const apply = ['template', 'apply', 'web-app', '/shop', '--param', 'name=Shop']
  const [receipt] = await cli.json(...apply, '--customise', '{"/tasks":{"fields":{"sprint":7}}}', '--agent', 'planner')
  expect(receipt).toMatchObject({ path: '/shop', kept: [], commit: expect.any(String) })
  const [tasks] = await cli.json('get', '/shop/tasks')
  expect(tasks).toMatchObject({ fields: { sprint: 7 }, by: { agent: 'planner' } })
  expect((await cli.run(apply)).stdout).toBe('Created 0 contexts at /shop; 6 contexts stood there already.\n')
})

test('a shipped template is written where the network can change it', async () => {
  const cli = await harnessWithNode()
  await cli.json('template', 'add', 'microservice')
  expect((await cli.run(['template', 'list'])).stdout).toMatch(/microservice +Microservice +network/)
})

test('what is wrong with parameters is said, with the exit code for bad usage', async () => {
  const cli = await harnessWithNode()
  const missing = await cli.run(['template', 'apply', 'web-app', '/shop'])
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('The parameter /name is missing')])
  expect((await cli.run(['template', 'apply', 'nothing', '/shop'])).code).toBe(3)
  expect((await cli.run(['template', 'apply', 'web-app', '/shop', '--customise', '[]'])).code).toBe(2)
})
