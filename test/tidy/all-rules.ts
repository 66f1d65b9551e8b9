import type { Rule } from './rule.ts'
import { bannedCalls } from './rules/banned-calls.ts'
import { fileLength } from './rules/file-length.ts'
import { fileNames } from './rules/file-names.ts'
import { functionLength } from './rules/function-length.ts'
import { importCycles } from './rules/import-cycles.ts'
import { importEndings } from './rules/import-endings.ts'
import { machineNames } from './rules/machine-names.ts'
import { namedExports } from './rules/named-exports.ts'
import { nodeRooms } from './rules/node-rooms.ts'
import { packageImports } from './rules/package-imports.ts'
import { parameterCount } from './rules/parameter-count.ts'
import { parseErrors } from './rules/parse-errors.ts'
import { skippedTests } from './rules/skipped-tests.ts'
import { todoComments } from './rules/todo-comments.ts'
import { typeEscapes } from './rules/type-escapes.ts'
import { BANS } from './tables/bans.ts'
import { RATCHET } from './tables/ratchet.ts'

export const ALL_RULES: readonly Rule[] = [
  parseErrors,
  packageImports,
  nodeRooms,
  importCycles,
  importEndings,
  namedExports,
  bannedCalls(BANS),
  typeEscapes,
  fileLength(RATCHET),
  functionLength(RATCHET),
  parameterCount,
  fileNames,
  todoComments,
  skippedTests,
  machineNames
]
