import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * Lets Node keep what it compiles, which is a quarter of the work of a start. Only
 * what is loaded afterwards is kept. In a folder of the user: in the shared
 * temporary one, where Node would put it, somebody else could lay code ready.
 *
 * A folder that cannot be written costs the gain and nothing else.
 */
export function keepCompiledCode(variables: Readonly<Record<string, string | undefined>> = process.env): void {
  enableCompileCache(join(variables['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'hcfs', 'compiled'))
}
