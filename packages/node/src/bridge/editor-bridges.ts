import type { Clock, ContextPath, Logger, Random, Startable } from '@hcfs/core'
import { HcfsError, Lifecycle, parsePath } from '@hcfs/core'
import { BRIDGE_CLIENT_MIN, BridgeDocument } from '@hcfs/crdt'
import type { Replica } from '../replica/replica.ts'
import type { OrderedStore } from '../storage/ordered-store.ts'
import type { BridgeEditor } from './bridge.ts'
import { Bridge } from './bridge.ts'
import { BridgeStore } from './bridge-store.ts'

export interface EditorBridgesComponents {
  store: OrderedStore
  replica: Replica
  clock: Pick<Clock, 'now'>
  random: Random
  log: Logger
}

/** One editor at its bridge. */
export interface BridgeSeat {
  stateVector(): Uint8Array
  /** Fails with `BRIDGE_FOREIGN` for an editor that another bridge has fed. */
  missingSince(stateVector: Uint8Array): Uint8Array
  wouldWrite(update: Uint8Array): boolean
  /** `gap`: the editor has to send first what this builds upon. */
  receive(update: Uint8Array): 'gap' | 'known' | 'applied'
  /** Resolves once what the editor sent is written. */
  leave(): Promise<void>
}

/** Editors of one context. */
const EDITORS_OF_CONTEXT_MAX = 1_024
/** Each keeps two documents in memory. */
const BRIDGES_MAX = 1_024
const ID_HIGH_MAX = 2 ** 21 - 1

/** The contexts of this node that somebody edits live, each with one bridge. */
export class EditorBridges implements Startable {
  readonly #components: EditorBridgesComponents
  readonly #bridges = new Map<ContextPath, Promise<Bridge>>()
  readonly #open = new Set<Bridge>()
  readonly #lifecycle: Lifecycle
  readonly #stopping = new AbortController()
  #following: Promise<void> | undefined
  #unlisten: (() => void) | undefined

  constructor(components: EditorBridgesComponents) {
    this.#components = components
    this.#lifecycle = new Lifecycle('editor-bridges', {
      onStart: async () => {
        this.#following = this.#follow()
        this.#unlisten = components.replica.onRebuilt(() => this.#look())
      },
      onStop: async () => {
        this.#unlisten?.()
        this.#stopping.abort()
        await this.#following
        await Promise.all([...this.#open].map((bridge) => bridge.flush()))
      }
    })
  }

  start(): Promise<void> {
    return this.#lifecycle.start()
  }

  /** What editors sent is written first. */
  stop(): Promise<void> {
    return this.#lifecycle.stop()
  }

  /** Brings an editor to a context, which need not be there: its first letter creates it. */
  async join(path: string, editor: BridgeEditor): Promise<BridgeSeat> {
    this.#lifecycle.assertStarted()
    const bridge = await this.#bridgeOf(parsePath(path))
    if (bridge.editorCount >= EDITORS_OF_CONTEXT_MAX) throw tooMany(`A context takes ${EDITORS_OF_CONTEXT_MAX} editors`)
    bridge.join(editor)
    return {
      stateVector: () => bridge.stateVector(),
      missingSince: (stateVector) => bridge.missingSince(stateVector),
      wouldWrite: (update) => bridge.wouldWrite(update),
      receive: (update) => bridge.receive(update, editor),
      leave: () => bridge.leave(editor)
    }
  }

  #bridgeOf(path: ContextPath): Promise<Bridge> {
    const known = this.#bridges.get(path)
    if (known !== undefined) return known
    if (this.#bridges.size >= BRIDGES_MAX) throw tooMany(`A node takes editors of ${BRIDGES_MAX} contexts`)
    const opening = this.#openBridge(path, () => {
      if (this.#bridges.get(path) === opening) this.#bridges.delete(path)
    })
    this.#bridges.set(path, opening)
    return opening
  }

  async #openBridge(path: ContextPath, forget: () => void): Promise<Bridge> {
    try {
      const { replica, clock } = this.#components
      replica.assertReplicated(path)
      const parts = new BridgeStore(replica.docIdOf(path))
      const document = await this.#load(parts)
      const bridge: Bridge = new Bridge(
        {
          ...{ replica, clock, document, parts },
          onClosed: () => {
            forget()
            this.#open.delete(bridge)
          }
        },
        { path }
      )
      this.#open.add(bridge)
      // What came while nobody was there.
      bridge.look()
      await bridge.flush()
      return bridge
    } catch (error) {
      forget()
      throw error
    }
  }

  async #load(parts: BridgeStore): Promise<BridgeDocument> {
    const { store } = this.#components
    const states = await parts.load(store)
    if (states.length > 0) return BridgeDocument.load(this.#drawId(), states)
    const document = BridgeDocument.begin(this.#drawId())
    const { operations, done } = parts.append([], () => document.encodeState())
    await store.batch([...operations])
    done()
    return document
  }

  /** 53 bits from 2^32. */
  #drawId(): number {
    const { random } = this.#components
    return (1 + random.below(ID_HIGH_MAX)) * BRIDGE_CLIENT_MIN + random.below(BRIDGE_CLIENT_MIN)
  }

  async #follow(): Promise<void> {
    const { stored } = this.#components.replica
    const { signal } = this.#stopping
    let { position } = stored
    while (!signal.aborted) {
      try {
        await stored.waitBeyond(position, signal)
      } catch (error) {
        if (signal.aborted) return
        this.#components.log.warn('editors-unfollowed', { error })
        return
      }
      position = stored.position
      this.#look()
    }
  }

  #look(): void {
    for (const bridge of this.#open) bridge.look()
  }
}

function tooMany(message: string): HcfsError {
  return new HcfsError('LIVE_TOO_MANY', `${message}; close some, or try again later`)
}
