// Checks that package-lock.json fits every package.json, holds a checksum for each
// package, and names no registry: everybody fetches from their own.
// Usage: node scripts/check-lock.mjs [FOLDER]
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const DEPENDENCY_KINDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']

const root = process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url))
const locked = readJson('package-lock.json').packages
const workspaces = readdirSync(join(root, 'packages')).map((name) => `packages/${name}`)
const folders = ['', ...workspaces].filter((folder) => existsSync(join(root, folder, 'package.json')))

const findings = [...folders.flatMap(differences), ...Object.entries(locked).flatMap(untrusted)]
for (const finding of findings) console.log(finding)
if (findings.length === 0) console.log(`package-lock.json is in order: ${Object.keys(locked).length} entries`)
else process.exitCode = 1

function differences(folder) {
  const manifest = readJson(join(folder, 'package.json'))
  return DEPENDENCY_KINDS.flatMap((kind) => {
    const [wanted, known] = [manifest[kind] ?? {}, locked[folder]?.[kind] ?? {}]
    const names = new Set([...Object.keys(wanted), ...Object.keys(known)])
    return [...names]
      .filter((name) => wanted[name] !== known[name])
      .map(
        (name) =>
          `${folder || 'root'}: ${name} is ${wanted[name]} in package.json and ${known[name]} in the lock; run npm install`
      )
  })
}

function untrusted([path, entry]) {
  if (!path.includes('node_modules/') || entry.link === true) return []
  const findings = []
  if (entry.integrity === undefined) findings.push(`${path}: has no checksum; run npm install`)
  if (entry.resolved !== undefined)
    findings.push(`${path}: names where it came from; .npmrc leaves that out, run npm install`)
  return findings
}

function readJson(file) {
  return JSON.parse(readFileSync(join(root, file), 'utf8'))
}
