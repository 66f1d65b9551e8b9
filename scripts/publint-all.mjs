// Checks what each package would publish: entries that exist, formats that match.
// Warnings count as failures; suggestions are printed only.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

const packagesFolder = fileURLToPath(new URL('../packages', import.meta.url))

async function lint(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const { messages } = await publint({ pkgDir: folder, pack: 'npm', strict: true })
  const lines = messages.map((message) => `  ${message.type}: ${formatMessage(message, manifest, { color: false })}`)
  return { name: manifest.name, lines, isFine: messages.every((message) => message.type === 'suggestion') }
}

const folders = readdirSync(packagesFolder).map((name) => join(packagesFolder, name))
const results = await Promise.all(folders.map(lint))
for (const { name, lines, isFine } of results)
  console.log([`${name.padEnd(16)} ${isFine ? 'ok' : 'FAILED'}`, ...lines].join('\n'))
if (results.some(({ isFine }) => !isFine)) process.exitCode = 1
