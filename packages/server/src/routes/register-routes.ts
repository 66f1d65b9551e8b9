import type { ServedNode } from '../served-node.ts'
import { registerBatchRoutes } from './batch-routes.ts'
import { registerChangesRoutes } from './changes-routes.ts'
import { registerContextsRoutes } from './contexts-routes.ts'
import { registerHealthRoutes } from './health-routes.ts'
import { registerHistoryRoutes } from './history-routes.ts'
import { registerKeyRoutes } from './key-routes.ts'
import { registerListingRoutes } from './listing-routes.ts'
import { registerMetricsRoutes } from './metrics-routes.ts'
import { registerNetworkRoutes } from './network-routes.ts'
import type { OwnerRoutesComponents } from './node-routes.ts'
import { registerNodeRoutes, registerOwnerRoutes } from './node-routes.ts'
import { registerOwnershipRoutes } from './owner-routes.ts'
import { registerReindexRoutes } from './reindex-routes.ts'
import { registerResolveRoutes } from './resolve-routes.ts'
import type { RoutesComponents } from './routes.ts'
import { registerSearchRoutes } from './search-routes.ts'
import { registerSubtreeRoutes } from './subtree-routes.ts'
import { registerTemplateRoutes } from './template-routes.ts'
import type { ToolUsageRoutesComponents } from './tool-usage-routes.ts'
import { registerToolUsageRoutes } from './tool-usage-routes.ts'

/** What every face serves. `docs/reference/http.md` describes each; a test compares. */
export function registerRoutes(components: RoutesComponents & ToolUsageRoutesComponents & { node: ServedNode }): void {
  registerContextsRoutes(components)
  registerResolveRoutes(components)
  registerListingRoutes(components)
  registerHistoryRoutes(components)
  registerSubtreeRoutes(components)
  registerBatchRoutes(components)
  registerChangesRoutes(components)
  registerSearchRoutes(components)
  registerTemplateRoutes(components)
  registerNetworkRoutes(components)
  registerNodeRoutes(components)
  registerMetricsRoutes(components)
  registerHealthRoutes(components)
}

/** Everything that the local socket serves. */
export function registerLocalRoutes(
  components: RoutesComponents & OwnerRoutesComponents & ToolUsageRoutesComponents & { node: ServedNode }
): void {
  registerRoutes(components)
  registerOwnerRoutes(components)
  registerOwnershipRoutes(components)
  registerKeyRoutes(components)
  registerReindexRoutes(components)
  registerToolUsageRoutes(components)
}
