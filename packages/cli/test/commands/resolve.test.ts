import { expect, test } from 'vitest'
import type { CommandHarness } from '../command-harness.ts'
import { harnessWithNode } from '../command-harness.ts'

const TASK = '/projects/apollo/tasks/42'

async function treeOnNode(): Promise<CommandHarness> {
  const cli = await harnessWithNode()
  const rules = JSON.stringify({ body: 'merge', '/limit': 'lock' })
  await cli.json('put', '/', '--body', '# Rules\nBe kind.\n', '--field', 'limit=5', '--meta', `inherit=${rules}`)
  await cli.json('put', '/projects/apollo', '--body', '# Stack\nTypeScript, see @notes.md\n', '--agent', 'lead')
  await cli.json('put', TASK, '--body', '# Task\nDock.\n', '--field', 'limit=50', '--field', 'status=open')
  return cli
}

test('resolve shows people what a path amounts to, from where, and what was left out', async () => {
  const cli = await treeOnNode()
  const { code, stdout, stderr } = await cli.run(['resolve', TASK, '--blame'])
  expect(code).toBe(0)
  expect(stderr).toContain(`/limit of ${TASK} is left out: locked by /`)
  expect(stdout).toContain('from /, /projects/apollo, /projects/apollo/tasks/42')
  expect(stdout).toContain('field  limit = 5\nfield  status = open\n')
  expect(stdout).toContain('# Rules\nBe kind.\n# Stack')
  expect(stdout).toMatch(/#Stack +\/projects\/apollo +[0-9a-f]{12} +lead +override of \//)
})

test('resolve gives programs the whole answer, also where nothing is written yet', async () => {
  const cli = await treeOnNode()
  const [whole] = await cli.json('resolve', TASK)
  expect(whole).toMatchObject({ fields: { limit: 5, status: 'open' }, violations: [{ key: '/limit', kind: 'locked' }] })
  const [fresh] = await cli.json('resolve', '/projects/apollo/new')
  expect(fresh).not.toHaveProperty('version')
  expect((await cli.run(['resolve', '/', '--top', '/a'])).code).toBe(2)
})

test('resolve writes the files that agents read, within a budget of tokens', async () => {
  const cli = await treeOnNode()
  await cli.json('put', '/projects', '--body', `# Long\n${'word '.repeat(2_000)}\n`)
  const { stdout, stderr } = await cli.run(['resolve', TASK, '--as', 'claude-md', '--max-tokens', '300'])
  expect(stdout).toMatch(/^# CLAUDE\.md\n/)
  expect(stdout).toContain('see \\@notes.md')
  expect(stdout).toContain('# Task\nDock.')
  expect(stdout).not.toContain('word word')
  expect(stderr).toContain('Left out for lack of room: #Long of /projects')
  const [json] = await cli.json('resolve', TASK, '--max-tokens', '300')
  expect(json).toMatchObject({ leftOut: [{ key: '#Long', from: '/projects' }] })
})
