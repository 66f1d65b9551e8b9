import type { ContextPath } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import type { Access } from '../access/access.ts'
import type { ServedNode } from '../served-node.ts'
import type { McpFace } from './mcp-mount.ts'

/** One that has to be closed. */
export interface CredentialMcpFace extends McpFace {
  close(): Promise<void>
}

/** The node as one credential may use it. */
export interface CredentialView {
  readonly node: ServedNode
  /** All that it may see. */
  readonly under: ContextPath
  /** Whose credential it is. */
  readonly agent?: string
}

export type McpFaceOf = (view: CredentialView) => CredentialMcpFace

/** Each follows the changes of the node, which costs something also while nobody asks. */
const FACES_MAX = 256

/**
 * A face for each credential that is in use. At most so many: of the one used longest ago the open streams
 * end, and its client opens them again.
 */
export class McpFaces {
  readonly #faceOf: McpFaceOf
  readonly #facesMax: number
  readonly #faces = new Map<string, CredentialMcpFace>()

  constructor({ faceOf }: { faceOf: McpFaceOf }, { facesMax = FACES_MAX }: { facesMax?: number } = {}) {
    this.#faceOf = faceOf
    this.#facesMax = facesMax
  }

  faceFor(access: Access | undefined, node: ServedNode): McpFace {
    if (access === undefined) throw new HcfsError('KEY_REQUIRED', 'Send an API key as authorization: Bearer KEY')
    const { id, role, under, agent } = access
    // The same key may come to mean another scope when it is made anew; its face does not.
    const name = JSON.stringify([id, role, under])
    const face = this.#faces.get(name) ?? this.#faceOf({ node, under, ...(agent !== undefined && { agent }) })
    this.#faces.delete(name)
    this.#faces.set(name, face)
    if (this.#faces.size > this.#facesMax) this.#closeOldest()
    return face
  }

  async close(): Promise<void> {
    const faces = [...this.#faces.values()]
    this.#faces.clear()
    await Promise.all(faces.map((face) => face.close()))
  }

  #closeOldest(): void {
    const [name] = this.#faces.keys()
    if (name === undefined) return
    const face = this.#faces.get(name)
    this.#faces.delete(name)
    // Closing waits for its streams, and nobody waits for that.
    face?.close().catch(() => {})
  }
}
