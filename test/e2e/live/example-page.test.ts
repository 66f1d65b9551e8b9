import type { Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { serveEditor } from '../../../examples/editor/serve.ts'
import { CHROMIUM, hasChromium } from '../browser/chromium-page.ts'
import { eventually, serveLive } from './live-node.ts'

const body = (page: Page) => page.inputValue('#body')

test('two tabs of the example and an agent write in one text', async ({ skip }) => {
  if (!(await hasChromium())) skip('needs Chromium at /usr/bin/chromium, or HCFS_CHROMIUM')
  const { origin, close } = await serveEditor()
  onTestFinished(close)
  const live = await serveLive({ isOpenWithoutKey: false, corsOrigins: [origin] })
  await live.node.contexts.put('/notes/today', { body: 'middle\n' })
  const { key } = await live.key({ role: 'write', name: 'page' })
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
  onTestFinished(() => browser.close())
  // Tabs of one browser also sync with each other, by BroadcastChannel.
  const context = await browser.newContext()
  const pages = [await context.newPage(), await context.newPage()] as const
  for (const page of pages) {
    await page.goto(`${origin}/?node=${live.url}&path=/notes/today#${key}`)
    await page.waitForFunction("document.getElementById('status').textContent === 'in step'")
  }
  await pages[0].locator('#body').pressSequentially('x')
  await pages[1].locator('#body').focus()
  await pages[1].keyboard.press('Control+Home')
  await pages[1].keyboard.type('first ')
  await eventually(async () => expect((await live.node.contexts.get('/notes/today')).body).toMatch(/first .*middle/s))
  const { body: typed } = await live.node.contexts.get('/notes/today')
  await live.node.contexts.put('/notes/today', { body: `${typed}last\n` }, { by: { agent: 'planner' } })
  await eventually(async () => {
    const { body: text } = await live.node.contexts.get('/notes/today')
    expect([await body(pages[0]), await body(pages[1])]).toEqual([text, text])
    expect(text).toMatch(/first .*middle.*last\n$/s)
    expect(text.match(/first/g)).toHaveLength(1)
    expect(await pages[0].locator('#changes').innerText()).toContain('planner')
  })
})
