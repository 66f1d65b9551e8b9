import type { ContextPath, DeviceId, GrantId, NetworkId } from '@hcfs/core'
import { ROOT_PATH } from '@hcfs/core'
import type { ChainEnd, GrantQuestion, PolicyView } from '@hcfs/crdt'
import type { Genesis } from './genesis.ts'
import { firstGrantOf, networkOf } from './genesis.ts'

/** The policy of a network in which nothing was decided since it was founded: its first device may do everything. */
export class GenesisPolicy implements PolicyView {
  readonly network: NetworkId
  readonly epoch = 0
  readonly #firstDevice: DeviceId
  readonly #firstGrant: GrantId

  constructor(genesis: Genesis) {
    this.network = networkOf(genesis)
    this.#firstDevice = genesis.firstDevice
    this.#firstGrant = firstGrantOf(genesis)
  }

  spaceOf(): ContextPath {
    return ROOT_PATH
  }

  grantCovers({ grant, author }: GrantQuestion): 'yes' | 'no' | 'unknown' {
    if (grant !== this.#firstGrant) return 'unknown'
    return author === this.#firstDevice ? 'yes' : 'no'
  }

  cutOf(): ChainEnd | undefined {
    return undefined
  }

  settlementOf(): ChainEnd | undefined {
    return undefined
  }
}
