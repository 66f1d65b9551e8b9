// Makes a fresh clone ready: installs the locked packages, checks Node, compiles.
//
// Runs before `npm start` and `npm test` under whatever Node the machine has
// (20 or newer), so it uses built-ins only. Node 24 itself comes in as an npm
// package; npm scripts find `node_modules/.bin/node` before the system's.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { withInstallLock } from './install-lock.mjs'

const root = resolve(import.meta.dirname ?? '.', '..')
const stampFile = join(root, 'node_modules', '.hcfs-setup-stamp')
const nodeVersionMin = [22, 12]

function say(text) {
  process.stderr.write(`setup: ${text}\n`)
}

function packageFiles() {
  const workspaces = readdirSync(join(root, 'packages')).map((name) => join('packages', name, 'package.json'))
  return ['package.json', 'package-lock.json', ...workspaces].filter((file) => existsSync(join(root, file))).sort()
}

/** Changes whenever another install would give another `node_modules`. */
function wantedStamp() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`)
  for (const file of packageFiles()) hash.update(`${file}\0`).update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

function isInstalled() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wantedStamp()
}

/** The folder of the Node that came in as a package, which also carries the headers for native builds. */
function packagedNodeFolder() {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  return join(root, 'node_modules', `node-${platform}-${process.arch}`)
}

function install() {
  say('installing packages …')
  const startedAt = Date.now()
  const env = {
    ...process.env,
    // hnswlib-node compiles against these headers instead of downloading some.
    npm_package_config_node_gyp_nodedir: packagedNodeFolder(),
    CXXFLAGS: `${process.env['CXXFLAGS'] ?? ''} -march=native`.trim()
  }
  // Packages that ask for Node 24 warn while npm itself still runs on an older one.
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const result = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32'
  })
  if (result.status !== 0) fail('npm ci failed; its own message is above. Check the network and run this again.')
  writeFileSync(stampFile, wantedStamp())
  say(`installed in ${Math.round((Date.now() - startedAt) / 1000)} s`)
}

function nodeForScripts() {
  const packaged = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')
  return existsSync(packaged) ? packaged : process.execPath
}

function checkNodeVersion(node) {
  const version = execFileSync(node, ['--version'], { encoding: 'utf8', shell: process.platform === 'win32' }).trim()
  const [major = 0, minor = 0] = version.slice(1).split('.').map(Number)
  const isNewEnough = major > nodeVersionMin[0] || (major === nodeVersionMin[0] && minor >= nodeVersionMin[1])
  if (isNewEnough) return
  fail(
    `this machine has Node ${version}, HCFS needs ${nodeVersionMin.join('.')} or newer, and npm has no Node package for ${process.platform}-${process.arch}. Install Node 24 and run this again.`
  )
}

function reportVectorLibrary() {
  if (existsSync(join(root, 'node_modules', 'hnswlib-node', 'build', 'Release', 'addon.node'))) return
  say('going on without the native vector library: it needs a C++ compiler, make and Python 3.')
  say('vectors will be searched exactly, which is slower above some 10,000 of them.')
  say(`to add it later: install those tools, delete ${stampFile}, and run this again.`)
}

function compile(node) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const result = spawnSync(node, [tsc, '-b'], { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
  if (result.status !== 0) fail('the sources do not compile; the compiler said why above.')
}

function fail(reason) {
  say(reason)
  process.exit(1)
}

await withInstallLock(join(root, '.setup.lock'), say, () => {
  if (!isInstalled()) {
    rmSync(stampFile, { force: true })
    install()
    reportVectorLibrary()
  }
  const node = nodeForScripts()
  checkNodeVersion(node)
  compile(node)
})
