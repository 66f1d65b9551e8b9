import type { ToolUsageRow } from '@hcfs/core'
import { Gauge, Histogram, Registry } from 'prom-client'
import type { App } from '../app.ts'
import type { RoutesComponents } from './routes.ts'
import type { ToolUsageRoutesComponents } from './tool-usage-routes.ts'

const DURATION_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const MS_PER_S = 1_000

/** Prometheus reads these. Labels are route patterns, never paths: names of contexts do not belong into metrics. */
export function registerMetricsRoutes({
  app,
  nodeOf,
  toolUsage
}: Pick<RoutesComponents, 'app' | 'nodeOf'> & ToolUsageRoutesComponents): void {
  const registry = new Registry()
  observeRequests(app, registry)
  const contexts = gauge(registry, 'hcfs_contexts', 'Contexts that reads find')
  const trashed = gauge(registry, 'hcfs_contexts_trashed', 'Contexts that undelete brings back')
  const commits = gauge(registry, 'hcfs_commits', 'Commits that this node holds')
  const storeBytes = gauge(registry, 'hcfs_store_bytes', 'Bytes of the files of the store')
  const behind = gauge(registry, 'hcfs_index_behind', 'Changes that the search index does not show yet')
  const peers = gauge(registry, 'hcfs_peers', 'Nodes connected with this one')
  const countTools = toolGauges(registry)
  app.get('/metrics', async ({ raw }, reply) => {
    const node = nodeOf(raw)
    const [status, network] = await Promise.all([node.status(), node.network.status()])
    contexts.set(status.contexts)
    trashed.set(status.trashed)
    commits.set(status.commits)
    storeBytes.set(status.storeBytes)
    behind.set(status.search?.behind ?? 0)
    peers.set(network.peers)
    countTools(toolUsage?.rows() ?? [])
    return reply.type(registry.contentType).send(await registry.metrics())
  })
}

function observeRequests(app: App, registry: Registry): void {
  const seconds = new Histogram({
    name: 'hcfs_http_request_duration_seconds',
    help: 'Time from a request to the end of its answer',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: DURATION_BUCKETS_S,
    registers: [registry]
  })
  app.addHook('onResponse', ({ method, routeOptions }, reply, done) => {
    const labels = { method, route: routeOptions.url ?? 'unknown', status: String(reply.statusCode) }
    seconds.observe(labels, reply.elapsedTime / MS_PER_S)
    done()
  })
}

/** Counted elsewhere, so what Prometheus reads is set anew each time. */
function toolGauges(registry: Registry): (rows: readonly ToolUsageRow[]) => void {
  const calls = new Gauge({
    name: 'hcfs_tool_calls_total',
    help: 'Calls of tools by agents',
    labelNames: ['tool', 'agent', 'outcome'] as const,
    registers: [registry]
  })
  const seconds = new Gauge({
    name: 'hcfs_tool_seconds_total',
    help: 'Time that calls of tools took',
    labelNames: ['tool', 'agent'] as const,
    registers: [registry]
  })
  return (rows) => {
    for (const { tool, agent, ok, failed, elapsedMs } of rows) {
      calls.set({ tool, agent, outcome: 'ok' }, ok)
      calls.set({ tool, agent, outcome: 'failed' }, failed)
      seconds.set({ tool, agent }, elapsedMs.total / MS_PER_S)
    }
  }
}

function gauge(registry: Registry, name: string, help: string): Gauge {
  return new Gauge({ name, help, registers: [registry] })
}
