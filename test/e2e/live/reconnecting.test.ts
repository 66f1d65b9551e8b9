import { ManualClock } from '@hcfs/core'
import { expect, test } from 'vitest'
import { temporaryDirectory } from '../http/temporary-directory.ts'
import { eventually, haveAll, openEditor, serveLive, synced } from './live-node.ts'

test('an editor that was away for an hour brings what it wrote, and gets what it missed', async () => {
  const clock = new ManualClock(1_700_000_000_000)
  const live = await serveLive({ clock })
  await live.node.contexts.put('/a', { body: 'start\n' })
  const editor = openEditor(live, '/a')
  await synced(editor)
  editor.provider.disconnect()
  editor.text.insert(0, 'offline\n')
  await live.node.contexts.put('/a', { body: 'start\nagent\n' })
  await clock.advance(3_600_000)
  editor.provider.connect()
  await synced(editor)
  await haveAll('offline\nstart\nagent\n', { node: live.node, path: '/a' }, editor)
})

test('a node that stops and starts under an open editor loses and doubles nothing', async () => {
  const dir = await temporaryDirectory()
  const before = await serveLive({ opened: { dir } })
  const editor = openEditor(before, '/a')
  await synced(editor)
  editor.text.insert(0, 'one ')
  await haveAll('one ', { node: before.node, path: '/a' }, editor)
  await before.node.contexts.put('/a', { body: 'one two ' })
  await eventually(() => expect(editor.text.toString()).toBe('one two '))
  await before.close()
  editor.text.insert(editor.text.length, 'three')
  const after = await serveLive({ opened: { dir }, port: Number(new URL(before.url).port) })
  await synced(editor)
  await haveAll('one two three', { node: after.node, path: '/a' }, editor)
})

test('an editor that another node has fed is told to load anew, and nothing doubles', async () => {
  const [first, second] = [await serveLive(), await serveLive()]
  for (const { node } of [first, second]) await node.contexts.put('/a', { body: 'same text' })
  const editor = openEditor(first, '/a')
  await synced(editor)
  editor.provider.destroy()
  const moved = openEditor(second, '/a', { doc: editor.doc })
  expect(await moved.closed).toMatchObject({ code: 4409, reason: 'BRIDGE_FOREIGN' })
  expect((await second.node.contexts.get('/a')).body).toBe('same text')
  const anew = openEditor(second, '/a')
  await synced(anew)
  await haveAll('same text', { node: second.node, path: '/a' }, anew)
})
