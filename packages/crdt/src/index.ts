export type { CausalPast, PastCommit } from './commit/causal-past.ts'
export type { ChainPlace, ClientRange, Commit, CommitEntry, CommitHeader, SignedHeader } from './commit/commit.ts'
export { decodeCommit, encodeCommit } from './commit/commit-codec.ts'
export { DEVICE_SEED_BYTES, DeviceKey } from './commit/device-key.ts'
export { decodeEntry, encodeEntry } from './commit/entry-codec.ts'
export type { ProvenEntry } from './commit/entry-proof.ts'
export { proveEntry, verifyEntryProof } from './commit/entry-proof.ts'
export type { Equivocation } from './commit/equivocation.ts'
export { isEquivocation, proveEquivocation, verifyEquivocationProof } from './commit/equivocation.ts'
export type { JudgeOptions } from './commit/judge-commit.ts'
export { judgeCommit } from './commit/judge-commit.ts'
export type { PayloadDescription } from './commit/payload.ts'
export { describePayload, isPayloadOf } from './commit/payload.ts'
export type { Chain, ChainEnd, CutQuestion, GrantQuestion, PolicyView } from './commit/policy-view.ts'
export type { CommitDraft, PreparedEntry } from './commit/sign-commit.ts'
export { prepareEntry, signCommit } from './commit/sign-commit.ts'
export type { SignatureVerifierOptions } from './commit/signature-verifier.ts'
export { SIGNATURE_BYTES, SignatureVerifier } from './commit/signature-verifier.ts'
export { assertSignature, chainPlaceOf, readSignedHeader } from './commit/signed-header.ts'
export { assertStrongDeviceId } from './commit/strong-point.ts'
export type {
  Awaited,
  CommitApplied,
  CommitParked,
  CommitVerdict,
  CommitVoid,
  EntryVerdict,
  EntryVoid,
  Voided,
  VoidReason
} from './commit/verdict.ts'
export { isProvisional } from './commit/verdict.ts'
export type { EncodedDocument } from './document/context-document.ts'
export { ContextDocument } from './document/context-document.ts'
export type { DiffOptions } from './document/diff-contents.ts'
export { diffContents } from './document/diff-contents.ts'
export type { Edit, EditOrigin } from './document/edit-transaction.ts'
export type { ClientIdSource, Writer } from './document/ids.ts'
export { clientIdOf, documentIdOf, INCARNATION_MAX, SESSION_MAX, textClientIdOf, writerTag } from './document/ids.ts'
export type { DocumentRoot, MapEntry, MapRoot } from './document/map-entry.ts'
export { DOCUMENT_ROOTS, isMapRoot, readMapEntry } from './document/map-entry.ts'
export type { KeyOwner, OwnedKey } from './document/owned-key.ts'
export { keyOwner, ownedKey, parseOwnedKey } from './document/owned-key.ts'
export type { PutOptions, PutParts } from './document/put-operations.ts'
export { operationsForPut } from './document/put-operations.ts'
export { sessionFor } from './document/sessions.ts'
export type { StructLookup, StructPlace } from './document/struct-lookup.ts'
