// Makes a fresh clone ready: installs the locked packages, checks Node, compiles.
//
// Runs before `npm start` and `npm test` under whatever Node the machine has
// (20 or newer), so it uses built-ins only. Node 24 itself comes in as an npm
// package; npm scripts find `node_modules/.bin/node` before the system's.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withInstallLock } from './install-lock.mjs'
import { InstallStamp } from './install-stamp.mjs'
import { nodeForScripts, packagedNodeFolder } from './packaged-node.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const isWindows = process.platform === 'win32'

function say(text) {
  process.stderr.write(`setup: ${text}\n`)
}

function install() {
  say('installing packages …')
  const startedAt = Date.now()
  // Only errors: packages that ask for Node 24 warn while npm itself still runs on an older one.
  const result = spawnSync(isWindows ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    env: installEnvironment(),
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: isWindows
  })
  if (result.error?.code === 'ENOENT')
    throw new Error('npm was not found. Install it (it comes with Node) and run this again.')
  if (result.status !== 0) {
    throw new Error(
      'npm ci failed; its own message is above. If it could not fetch packages, check the network and your npm settings. If it says that package-lock.json does not fit, run npm install. Then run this again.'
    )
  }
  say(`installed in ${Math.round((Date.now() - startedAt) / 1000)} s`)
}

function installEnvironment() {
  const { PATH = '', CXXFLAGS = '' } = process.env
  const headers = packagedNodeFolder(root)
  return {
    ...process.env,
    // npm ci deletes and installs the packaged Node, so it must not be what runs npm.
    PATH: PATH.split(delimiter)
      .filter((folder) => !folder.startsWith(join(root, 'node_modules')))
      .join(delimiter),
    // hnswlib-node compiles against these headers instead of downloading some; older versions of npm read the second name.
    npm_package_config_node_gyp_nodedir: headers,
    npm_config_nodedir: headers,
    // Older versions of npm do not know allowScripts: the tests need no GPU libraries, which this one would download.
    npm_config_onnxruntime_node_install: 'skip',
    CXXFLAGS: process.arch === 'x64' && !isWindows ? `${CXXFLAGS} -march=native`.trim() : CXXFLAGS
  }
}

function reportVectorLibrary() {
  if (existsSync(join(root, 'node_modules', 'hnswlib-node', 'build', 'Release', 'addon.node'))) return
  say('going on without the native vector library: it needs a C++ compiler, make and Python 3.')
  say('Vectors will be searched exactly, which is slower above some 10,000 of them.')
  say('To add it later, install those tools, delete the folder node_modules and run this again.')
}

function compile(node) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const result = spawnSync(node, [tsc, '-b'], { cwd: root, stdio: 'inherit' })
  if (result.status !== 0) throw new Error('the sources do not compile; the compiler said why above.')
}

function setUp() {
  const stamp = new InstallStamp(root)
  if (!stamp.isCurrent()) {
    stamp.clear()
    install()
    stamp.write()
    reportVectorLibrary()
  }
  compile(nodeForScripts(root, say))
}

try {
  await withInstallLock(join(root, '.setup.lock'), say, setUp)
} catch (error) {
  say(error.message)
  process.exitCode = 1
}
