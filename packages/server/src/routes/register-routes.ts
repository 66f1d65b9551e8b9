import { registerBatchRoutes } from './batch-routes.ts'
import { registerChangesRoutes } from './changes-routes.ts'
import { registerContextsRoutes } from './contexts-routes.ts'
import { registerHistoryRoutes } from './history-routes.ts'
import { registerListingRoutes } from './listing-routes.ts'
import type { OwnerRoutesComponents } from './node-routes.ts'
import { registerNodeRoutes, registerOwnerRoutes } from './node-routes.ts'
import type { RoutesComponents } from './routes.ts'
import { registerSearchRoutes } from './search-routes.ts'
import { registerSubtreeRoutes } from './subtree-routes.ts'

/** Everything that the local socket serves. `docs/reference/http.md` describes each; a test compares. */
export function registerLocalRoutes(components: RoutesComponents & OwnerRoutesComponents): void {
  registerContextsRoutes(components)
  registerListingRoutes(components)
  registerHistoryRoutes(components)
  registerSubtreeRoutes(components)
  registerBatchRoutes(components)
  registerChangesRoutes(components)
  registerSearchRoutes(components)
  registerNodeRoutes(components)
  registerOwnerRoutes(components)
}
