import { once } from 'node:events'
import { access } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { bundleSdk } from './bundle-sdk.ts'

const LAUNCH_MS_MAX = 120_000

export const CHROMIUM = process.env['HCFS_CHROMIUM'] ?? '/usr/bin/chromium'

export async function hasChromium(): Promise<boolean> {
  return await access(CHROMIUM).then(
    () => true,
    () => false
  )
}

/** An origin that serves the sdk as `/sdk.js`; it ends with the test. */
export async function servePage(): Promise<string> {
  const { code } = await bundleSdk()
  const server = createServer((request, response) => {
    const isScript = request.url === '/sdk.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? code : '<!doctype html><title>sdk</title>')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The page has no port')
  return `http://127.0.0.1:${address.port}`
}

/** A tab of a new browser, at that origin. */
export async function openPage(origin: string): Promise<Page> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu'],
    timeout: LAUNCH_MS_MAX
  })
  onTestFinished(() => browser.close())
  const page = await browser.newPage()
  await page.goto(origin)
  return page
}
