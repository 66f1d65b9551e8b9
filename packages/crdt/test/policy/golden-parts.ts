import { bytesToHex } from '@hcfs/core'
import { encodeGenesis } from '../../src/policy/genesis.ts'
import { signPolicyEntry } from '../../src/policy/policy-entry.ts'
import { provePolicyFork } from '../../src/policy/policy-fork.ts'
import { signPolicyRequest } from '../../src/policy/policy-request.ts'
import type { SignedPart } from '../../src/policy/signed-part.ts'
import { encodeSigned } from '../../src/policy/signed-part.ts'
import { signSuspension } from '../../src/policy/suspension.ts'
import { encodeTicket } from '../../src/policy/ticket.ts'
import { FIRST_GRANT, GENESIS, KEYS, NETWORK, path } from './network.ts'
import { everyRecovery, everyStatement, fullGrant } from './sample-parts.ts'

export type GoldenName = 'genesis' | 'grant' | 'entry' | 'recovery' | 'request' | 'suspension' | 'fork' | 'ticket'

/** Every part of the format once, with all that it may hold. */
export function goldenParts(): Record<GoldenName, string> {
  const base = { network: NETWORK, epoch: 1, prev: NETWORK }
  const [left, right] = ['/left', '/right'].map((space) =>
    signPolicyEntry({ ...base, statements: [{ kind: 'space', path: path(space) }] }, KEYS.owner)
  )
  const asked = { network: NETWORK, grant: FIRST_GRANT, statements: [{ kind: 'space', path: path('/asked') } as const] }
  const suspended = { network: NETWORK, grant: FIRST_GRANT, device: KEYS.bob.deviceId, issuedAtMs: 1_790_000_000_000 }
  return {
    genesis: bytesToHex(encodeGenesis(GENESIS)),
    grant: hexOf(fullGrant),
    entry: hexOf(signPolicyEntry({ ...base, statements: everyStatement }, KEYS.owner)),
    recovery: hexOf(signPolicyEntry({ ...base, statements: everyRecovery[1]! }, KEYS.recovery)),
    request: hexOf(signPolicyRequest(asked, KEYS.ada)),
    suspension: hexOf(signSuspension(suspended, KEYS.ada)),
    fork: bytesToHex(provePolicyFork(left!, right!)),
    ticket: encodeTicket({
      network: NETWORK,
      issuer: KEYS.ada.deviceId,
      addresses: ['/dns4/ada.example/tcp/4001'],
      secret: Uint8Array.from({ length: 16 }, (_, index) => index)
    })
  }
}

/** As JSON has it: bytes as hexadecimal text, and nothing that is undefined. */
export function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, each: unknown) => (each instanceof Uint8Array ? bytesToHex(each) : each)))
}

function hexOf(part: SignedPart): string {
  return bytesToHex(encodeSigned(part))
}
