import { verify } from 'node:crypto'
import type { SignatureVerifier, SignedHeader } from '@hcfs/crdt'

/** Says whether the authors that headers name signed them, without holding this thread. */
export interface SignatureCheck {
  isSigned(signed: SignedHeader): Promise<boolean>
}

/**
 * Verifies signatures in the threads of Node. For commits that come in numbers and are small: verifying is half of
 * the work on one. In which order the answers come cannot be replayed, so simulations do without.
 */
export class SignaturePool implements SignatureCheck {
  readonly #verifier: SignatureVerifier

  constructor({ verifier }: { verifier: SignatureVerifier }) {
    this.#verifier = verifier
  }

  isSigned({ header, headerBytes, signature }: SignedHeader): Promise<boolean> {
    const key = this.#verifier.keyFor(header.author, signature)
    if (key === undefined) return Promise.resolve(false)
    return new Promise((resolve, reject) => {
      verify(null, headerBytes, key, signature, (error, isSigned) => {
        if (error === null) resolve(isSigned)
        else reject(error)
      })
    })
  }
}
