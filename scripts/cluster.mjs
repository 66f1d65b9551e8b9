// Runs the services of docker-compose.cluster.yml as processes of this machine, for where there is
// no Docker engine, and for a look at a cluster within seconds:
//
//   node scripts/cluster.mjs [N] [--dir FOLDER] [--json]
//
// Shows a table that follows what happens until ctrl-c, then stops all of them. With --json it prints one
// line of JSON once every node is healthy. The folder (default ./.hcfs-cluster) is kept: another run goes on with it.
import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { tableOf } from './cluster/cluster-table.mjs'
import { asProcess, readServices } from './cluster/compose-file.mjs'
import { NodeProcess } from './cluster/node-process.mjs'

const CHECK_PAUSE_MS = 1_000

const root = fileURLToPath(new URL('..', import.meta.url))
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stopping.abort())

const { values, positionals } = readArguments()
const directory = resolve(values.dir ?? join(root, '.hcfs-cluster'))
mkdirSync(directory, { recursive: true, mode: 0o700 })
const services = readServices(join(root, 'docker-compose.cluster.yml'))
const nodes = services
  .slice(0, countOf(positionals[0], services.length))
  .map((service) => new NodeProcess(asProcess(service, directory), { program: join(root, 'bin', 'hcfs'), directory }))

try {
  await runUntilStopped()
} finally {
  await Promise.all(nodes.map((node) => node.stop()))
  if (values.json !== true) process.stdout.write('All nodes have stopped.\n')
}

async function runUntilStopped() {
  let isReadyTold = false
  let linesDrawn = 0
  while (!stopping.signal.aborted) {
    for (const node of nodes) if (node.state === 'waiting' && isNext(node)) node.start()
    await Promise.all(nodes.map((node) => node.check()))
    const fallen = nodes.find((node) => node.state === 'stopped')
    if (fallen !== undefined && !stopping.signal.aborted) throw new Error(`${fallen.name} ended; see ${fallen.logFile}`)
    const isReady = nodes.every((node) => node.state === 'healthy')
    if (values.json === true && isReady && !isReadyTold) process.stdout.write(`${JSON.stringify(readyLine())}\n`)
    if (values.json !== true) linesDrawn = draw(linesDrawn, isReady)
    isReadyTold ||= isReady
    await wait(CHECK_PAUSE_MS, undefined, { signal: stopping.signal }).catch(() => {})
  }
}

function isNext({ service }) {
  return service.after.every((name) => nodes.find((node) => node.name === name)?.state === 'healthy')
}

function readyLine() {
  return {
    ready: true,
    nodes: nodes.map(({ name, pid, service, status }) => ({ name, pid, dir: service.environment.HCFS_DIR, status }))
  }
}

/** Draws over what was drawn before where there is a terminal. */
function draw(linesDrawn, isReady) {
  const { HCFS_DIR = '' } = nodes[0]?.service.environment ?? {}
  const hint = isReady ? [`Try: bin/hcfs put /hello --body Hello --dir ${HCFS_DIR}`, 'Stop with ctrl-c.'] : []
  const lines = [...tableOf(nodes), '', ...hint]
  if (process.stdout.isTTY && linesDrawn > 0) process.stdout.write(`\x1b[${linesDrawn}A\x1b[J`)
  process.stdout.write(`${lines.join('\n')}\n`)
  return lines.length
}

function countOf(text, max) {
  if (text === undefined) return max
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= max) return count
  throw new Error(`Say how many nodes to run, from 1 to ${max}, not "${text}"`)
}

function readArguments() {
  const parsed = parseArgs({
    options: { dir: { type: 'string' }, json: { type: 'boolean' } },
    allowPositionals: true
  })
  if (!existsSync(join(root, 'node_modules'))) throw new Error('Run npm run setup first')
  return parsed
}
