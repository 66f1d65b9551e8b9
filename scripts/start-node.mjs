// What `npm start` runs after the set-up: the node of this clone, in ./.hcfs.
// Arguments are passed on, as in `npm start -- --json`.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const program = join(root, 'packages', 'cli', 'dist', 'main.js')

process.env.HCFS_DIR ??= join(root, '.hcfs')
process.env.HCFS_COMMAND ??= join('bin', 'hcfs')
// The command line reads its arguments from there, as if it had been called itself.
process.argv = [process.argv[0], program, 'start', ...process.argv.slice(2)]
await import(new URL('../packages/cli/dist/main.js', import.meta.url).href)
