// Stands in for npm: counts its calls, and "installs" as FAKE_NPM says.
import { appendFileSync, chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const manners = (process.env['FAKE_NPM'] ?? '').split(' ')
const packagedNode = `node_modules/node-${process.platform}-${process.arch}/bin/node`

function install(file, text) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  chmodSync(file, 0o755)
}

appendFileSync('npm-calls', `${process.argv.slice(2).join(' ')}\n`)
install('node_modules/.bin/anything', '')
if (manners.includes('fails')) throw new Error('the stand-in for npm was told to fail')
install('node_modules/typescript/bin/tsc', `require('node:fs').appendFileSync('compiled', 'once ')`)
if (!manners.includes('no-compiler')) install('node_modules/hnswlib-node/build/Release/addon.node', '')
if (manners.includes('node')) install(packagedNode, `#!/bin/sh\nexec "${process.execPath}" "$@"\n`)
if (manners.includes('broken-node')) install(packagedNode, '#!/bin/sh\nexit 127\n')
