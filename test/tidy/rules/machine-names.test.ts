import { expect, test } from 'vitest'
import { findingsIn } from '../findings-in.ts'
import { machineNames } from './machine-names.ts'

const folders = ['work', 'home', 'root', 'Users']
const host = ['registry', 'npmjs', 'org'].join('.')

test.each(folders)('a path below /%s/ is found in a document', (folder) => {
  expect(findingsIn(machineNames, { 'docs/a.md': `Look at\n\`/${folder}/ada/notes\`.` })).toEqual([
    expect.stringContaining('docs/a.md:2 a path of somebody’s machine')
  ])
})

test.each([
  ['package-lock.json', `"resolved": "https://${host}/yjs/-/yjs-13.tgz"`],
  ['.npmrc', 'registry=https://example.org/npm'],
  ['docs/a.md', `npm sends it to ${host}`]
])('a package registry is found in %s', (path, text) => {
  expect(findingsIn(machineNames, { [path]: text })).toEqual([expect.stringContaining('a package registry')])
})

test('paths of contexts and addresses of projects are fine', () => {
  const text = 'hcfs put /projects/apollo/work/notes\nhttps://example.org/home/ and the error registry'

  expect(findingsIn(machineNames, { 'docs/a.md': text })).toEqual([])
})
