// What `npm start` runs until there is a node to run: checks, with the packages as
// they were compiled, that this machine can do what a node will need.
import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Each gives a line about what it found, or throws. */
const checks = {
  'Node runs the scripts': () => `version ${process.version.slice(1)}`,
  'the packages are compiled': checkPackages,
  'known bytes have their known hash': checkEncoding,
  'two edits made apart merge': checkMerge,
  'a signed commit is verified': checkSignature
}

console.log('HCFS has no node yet; this checks the set-up.\n')
let failed = 0
for (const [name, check] of Object.entries(checks)) {
  try {
    console.log(`  ok      ${name}: ${await check()}`)
  } catch (error) {
    failed += 1
    console.log(`  FAILED  ${name}: ${error.message}`)
  }
}
console.log(vectorLibraryLine())
console.log(
  failed === 0
    ? '\nThe set-up works. Next: npm test'
    : `\n${failed} of ${Object.keys(checks).length} checks failed. Delete node_modules and run npm start again.`
)
process.exitCode = failed === 0 ? 0 : 1

function checkPackages() {
  const names = readdirSync(join(root, 'packages'))
  const missing = names.filter((name) => !existsSync(join(root, 'packages', name, 'dist', 'index.js')))
  if (missing.length > 0) throw new Error(`no compiled ${missing.join(', ')}`)
  return names.join(', ')
}

async function checkEncoding() {
  const { bytesToHex, encodeCbor, sha256Hex } = await import('@hcfs/core')
  // From RFC 8949, appendix A.
  assertEqual(bytesToHex(encodeCbor({ b: [2, 3], a: 1 })), 'a26161016162820203')
  // From FIPS 180-4.
  const hash = sha256Hex(new TextEncoder().encode('abc'))
  assertEqual(hash, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  return 'canonical encoding and SHA-256'
}

async function checkMerge() {
  const { deviceId, hybridTime, parsePath } = await import('@hcfs/core')
  const { ContextDocument, documentIdOf } = await import('@hcfs/crdt')
  const docId = documentIdOf(parsePath('/'), parsePath('/projects/apollo/notes'))
  const originOf = (byte, time) => ({
    writer: { author: deviceId(byte.repeat(32)), incarnation: 1 },
    hlc: hybridTime(time)
  })
  const ada = ContextDocument.empty(docId)
  ada.edit([{ kind: 'body.insert', at: 0, text: 'Docking on Monday.' }], originOf('ad', 1))
  const bob = ada.copy()

  const fromAda = ada.edit([{ kind: 'body.insert', at: 0, text: 'URGENT. ' }], originOf('ad', 2))
  const fromBob = bob.edit([{ kind: 'body.replace', text: 'Docking on Tuesday.' }], originOf('b0', 3))
  ada.apply(fromBob.payload)
  bob.apply(fromAda.payload)

  assertEqual(ada.content.body, 'URGENT. Docking on Tuesday.')
  assertEqual(bob.content.body, ada.content.body)
  return ada.content.body
}

async function checkSignature() {
  const { grantId, hybridTime, networkId, parsePath, payloadHash, SystemRandom } = await import('@hcfs/core')
  const { DeviceKey, prepareEntry, SignatureVerifier, signCommit } = await import('@hcfs/crdt')
  const key = DeviceKey.generate(new SystemRandom())
  const header = {
    network: networkId('ab'.repeat(32)),
    space: parsePath('/'),
    incarnation: 1,
    seq: 1,
    epoch: 1,
    hlc: hybridTime(1)
  }
  const entry = {
    path: parsePath('/notes'),
    kind: 'update',
    grant: grantId('cd'.repeat(32)),
    deps: [],
    clients: [{ session: 0, clock: 0, len: 1 }],
    payloadHash: payloadHash('ef'.repeat(32)),
    payloadBytes: 20
  }
  const { headerBytes, signature } = signCommit({ header, entries: [prepareEntry(entry)] }, key)
  const verifier = new SignatureVerifier()
  assertEqual(verifier.verify(key.deviceId, headerBytes, signature), true)
  assertEqual(verifier.verify(key.deviceId, headerBytes.with(0, headerBytes[0] ^ 1), signature), false)
  return 'Ed25519, and a changed one is not'
}

/** Not a failure: the set-up promises to go on without it. */
function vectorLibraryLine() {
  try {
    const { HierarchicalNSW } = createRequire(import.meta.url)('hnswlib-node')
    const index = new HierarchicalNSW('l2', 2)
    index.initIndex(1)
    index.addPoint([1, 2], 7)
    assertEqual(index.searchKnn([1, 2], 1).neighbors[0], 7)
    return '  ok      the native vector library works'
  } catch {
    return '  absent  the native vector library: vectors will be searched exactly, which is slower above some 10,000'
  }
}

function assertEqual(actual, expected) {
  if (actual !== expected) throw new Error(`${actual} instead of ${expected}`)
}
