import { commitSuite } from './commit-suite.ts'
import { documentSuite } from './document-suite.ts'
import { storageReadSuite } from './storage-read-suite.ts'
import { storageWriteSuite } from './storage-write-suite.ts'
import type { Suite } from './suite.ts'
import { validationSuite } from './validation-suite.ts'

/** In the order in which they run. */
export const SUITES: readonly Suite[] = [
  documentSuite,
  validationSuite,
  commitSuite,
  storageWriteSuite,
  storageReadSuite
]
