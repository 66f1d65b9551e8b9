import { clusterSuite } from './cluster-suite.ts'
import { commitSuite } from './commit-suite.ts'
import { documentSuite } from './document-suite.ts'
import { httpSuite } from './http-suite.ts'
import { nodeHistorySuite } from './node-history-suite.ts'
import { nodeIdleSuite } from './node-idle-suite.ts'
import { nodeImportSuite } from './node-import-suite.ts'
import { nodeReadSuite } from './node-read-suite.ts'
import { nodeWatchSuite } from './node-watch-suite.ts'
import { nodeWriteSuite } from './node-write-suite.ts'
import { reconcileSuite } from './reconcile-suite.ts'
import { replicationSuite } from './replication-suite.ts'
import { resolveSuite } from './resolve-suite.ts'
import { searchSuite } from './search-suite.ts'
import { storageReadSuite } from './storage-read-suite.ts'
import { storageWriteSuite } from './storage-write-suite.ts'
import type { Suite } from './suite.ts'
import { transportSuite } from './transport-suite.ts'
import { validationSuite } from './validation-suite.ts'

/** In the order in which they run. */
export const SUITES: readonly Suite[] = [
  documentSuite,
  validationSuite,
  commitSuite,
  reconcileSuite,
  storageWriteSuite,
  storageReadSuite,
  nodeWriteSuite,
  nodeReadSuite,
  resolveSuite,
  nodeImportSuite,
  nodeHistorySuite,
  nodeWatchSuite,
  nodeIdleSuite,
  transportSuite,
  httpSuite,
  replicationSuite,
  clusterSuite,
  searchSuite
]
