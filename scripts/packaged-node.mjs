import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const NODE_VERSION_MIN = [22, 12]

const isWindows = process.platform === 'win32'

/** The folder of the Node that comes in as an npm package, which also carries the headers for native builds. */
export function packagedNodeFolder(root) {
  return join(root, 'node_modules', `node-${isWindows ? 'win' : process.platform}-${process.arch}`)
}

/**
 * The Node that npm scripts will find: the packaged one, else the machine's own.
 * Throws with what to install when neither is new enough.
 */
export function nodeForScripts(root, say) {
  const packaged = join(packagedNodeFolder(root), 'bin', isWindows ? 'node.exe' : 'node')
  if (existsSync(packaged) && runs(packaged)) {
    link(packaged, join(root, 'node_modules', '.bin'))
    return packaged
  }
  if (existsSync(packaged)) {
    say('the packaged Node does not run on this machine; using the one that is installed')
    // npm scripts look here first, and would find the one that does not run.
    rmSync(join(root, 'node_modules', '.bin', 'node'), { force: true })
  }
  if (isNewEnough(process.version)) return process.execPath
  throw new Error(
    `this machine has Node ${process.version}, HCFS needs ${NODE_VERSION_MIN.join('.')} or newer, and npm has no Node package that runs on this ${process.platform}-${process.arch}. Install Node 24 and run this again.`
  )
}

/**
 * npm links the packaged Node itself, except version 10: it takes the link away
 * again together with the Node packages of other platforms, whose link has the
 * same name.
 */
function link(packaged, folder) {
  const linkFile = join(folder, isWindows ? 'node.cmd' : 'node')
  if (existsSync(linkFile)) return
  if (isWindows) writeFileSync(linkFile, `@"%~dp0\\${relative(folder, packaged)}" %*\r\n`)
  else symlinkSync(relative(folder, packaged), linkFile)
}

function runs(node) {
  return spawnSync(node, ['--version'], { stdio: 'ignore' }).status === 0
}

function isNewEnough(version) {
  const [major, minor] = version.slice(1).split('.').map(Number)
  return major > NODE_VERSION_MIN[0] || (major === NODE_VERSION_MIN[0] && minor >= NODE_VERSION_MIN[1])
}
