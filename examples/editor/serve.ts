import { createReadStream } from 'node:fs'
import { createServer } from 'node:http'
import { rolldown } from 'rolldown'

/** Serves the page at a port of this machine, and answers with its origin. */
export async function serveEditor(port = 0): Promise<{ origin: string; close(): void }> {
  const bundle = await rolldown({
    input: `${import.meta.dirname}/editor.ts`,
    platform: 'browser',
    resolve: { conditionNames: ['hcfs-source', 'browser', 'import', 'default'] }
  })
  const { output } = await bundle.generate({ format: 'esm' })
  await bundle.close()
  const server = createServer(({ url }, response) => {
    const isScript = url === '/editor.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    if (isScript) response.end(output[0].code)
    else createReadStream(`${import.meta.dirname}/index.html`).pipe(response)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  return {
    origin: `http://127.0.0.1:${bound}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    }
  }
}

if (import.meta.main) {
  const { origin } = await serveEditor(7080)
  process.stdout.write(`${origin}/?node=http://127.0.0.1:7070&path=/notes/today#KEY\n`)
}
