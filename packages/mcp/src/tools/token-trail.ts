import type { ContextsApi, Token } from '@hcfs/core'
import { HcfsError } from '@hcfs/core'
import { MCP_LIMITS } from '../mcp-limits.ts'

/** Listing is the cheapest read that can wait. */
interface ListedNode {
  readonly contexts: Pick<ContextsApi, 'list'>
}

/**
 * What one client has seen, as a token that it can hand to another agent.
 *
 * A node's own token names the end of its own history only. A token of the tools
 * is therefore a list: the client's last write, then what it was given, newest
 * first. Nobody but this class looks inside.
 */
export class TokenTrail {
  #own: Token | undefined
  #given: readonly Token[] = []

  /** What a result carries; undefined until something was written or received. */
  get token(): string | undefined {
    const parts = this.#own === undefined ? this.#given : [this.#own, ...this.#given]
    return parts.length === 0 ? undefined : parts.join(SEPARATOR)
  }

  /** A write gave this token, which also names what the node wrote before it. */
  wrote(token: Token): void {
    this.#own = token
  }

  /** Waits until the node holds what a token names. */
  async follow(node: ListedNode, token: string, signal: AbortSignal): Promise<void> {
    const parts = token.split(SEPARATOR)
    if (parts.length > MCP_LIMITS.tokenPartsMax) {
      throw new HcfsError('TOKEN_INVALID', 'This is not a token of a result; pass one exactly as you got it')
    }
    for (const after of parts) await waitFor(node, after, signal)
    const others = [...parts, ...this.#given].filter((part) => part !== this.#own)
    this.#given = [...new Set(others)].slice(0, MCP_LIMITS.tokenPartsMax - 1)
  }
}

/** Not a letter of a node's token. */
const SEPARATOR = ','

async function waitFor({ contexts }: ListedNode, after: Token, signal: AbortSignal): Promise<void> {
  const options = { after, limit: 1, timeoutMs: MCP_LIMITS.tokenWaitMs, signal }
  for await (const _ of contexts.list('/', options)) return
}
