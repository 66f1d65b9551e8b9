export type { Environment } from './command-line/environment.ts'
export { runCommandLine } from './run-command-line.ts'
