import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { HcfsError } from '@hcfs/core'
import type { Embedder } from '../embedder.ts'
import { CheckedEmbedder } from './checked-embedder.ts'

interface EmbedderModule {
  createEmbedder(): Embedder | Promise<Embedder>
}

const ADDRESS = /^(?:file|data|node):/

/** The embedder that a module of the user makes. The module runs with all rights of this process. */
export async function loadEmbedderModule(module: string): Promise<Embedder> {
  const address = ADDRESS.test(module) ? module : pathToFileURL(resolve(module)).href
  const exports = await importModule(address)
  if (!isEmbedderModule(exports)) {
    throw new HcfsError('EMBEDDER_INVALID', 'The module of the embedder must export a function createEmbedder()')
  }
  return new CheckedEmbedder(await exports.createEmbedder())
}

async function importModule(address: string): Promise<unknown> {
  try {
    return await import(/* @vite-ignore */ address)
  } catch (cause) {
    throw new HcfsError('EMBEDDER_INVALID', 'The module of the embedder cannot be loaded; the cause says why', {
      cause
    })
  }
}

function isEmbedderModule(value: unknown): value is EmbedderModule {
  return (
    typeof value === 'object' &&
    value !== null &&
    'createEmbedder' in value &&
    typeof value.createEmbedder === 'function'
  )
}
