import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const ENTRY = fileURLToPath(new URL('../../../packages/sdk/src/index.ts', import.meta.url))

/** The sdk as a page loads it: one module, with nothing beside it. */
export async function bundleSdk(): Promise<{ code: string; modules: readonly string[] }> {
  const bundle = await rolldown({
    input: ENTRY,
    platform: 'browser',
    resolve: { conditionNames: ['hcfs-source', 'browser', 'import', 'default'] }
  })
  const { output } = await bundle.generate({ format: 'esm', minify: true })
  await bundle.close()
  const [chunk, ...others] = output
  if (others.length > 0) throw new Error(`The bundle has ${others.length} files more than one`)
  return { code: chunk.code, modules: chunk.moduleIds }
}
