export type { EditorOutcome, Settled } from './bridge/bridge-document.ts'
export { BridgeDocument } from './bridge/bridge-document.ts'
export { BRIDGE_CLIENT_MIN } from './bridge/editor-update.ts'
export { ArrayReader } from './commit/array-reader.ts'
export type { CausalPast, PastCommit } from './commit/causal-past.ts'
export type { ChainPlace, Commit, CommitEntry, CommitHeader, SignedHeader } from './commit/commit.ts'
export { decodeCommit, encodeCommit } from './commit/commit-codec.ts'
export { DEVICE_SEED_BYTES, DeviceKey } from './commit/device-key.ts'
export { decodeEntry, encodeEntry } from './commit/entry-codec.ts'
export type { ProvenEntry } from './commit/entry-proof.ts'
export { proveEntry, verifyEntryProof } from './commit/entry-proof.ts'
export type { Equivocation } from './commit/equivocation.ts'
export { isEquivocation, proveEquivocation, verifyEquivocationProof } from './commit/equivocation.ts'
export type { Grounds } from './commit/judge-commit.ts'
export { judgeCommit, summedUp } from './commit/judge-commit.ts'
export type { PayloadDescription } from './commit/payload.ts'
export { describePayload, isPayloadOf } from './commit/payload.ts'
export type { Chain, ChainEnd, CutQuestion, GrantQuestion, PolicyView } from './commit/policy-view.ts'
export type { CommitDraft, PreparedEntry } from './commit/sign-commit.ts'
export { prepareEntry, signCommit } from './commit/sign-commit.ts'
export type { SignatureVerifierOptions } from './commit/signature-verifier.ts'
export { SIGNATURE_BYTES, SignatureVerifier } from './commit/signature-verifier.ts'
export { assertSignature, chainPlaceOf, readSignedHeader, signatureInvalid } from './commit/signed-header.ts'
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
export type { ClientRange } from './document/client-range.ts'
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
export type { ContentLevel, EffectiveContent } from './effective/effective-content.ts'
export { effectiveContent } from './effective/effective-content.ts'
export type { Given, Violation } from './effective/effective-value.ts'
export { INHERIT_KEY, readRules } from './effective/inherit-rules.ts'
export type { WrittenRange } from './effective/value-origins.ts'
export { rangesOfUpdate, ValueOrigins } from './effective/value-origins.ts'
export type { ChainTip, SpaceFrontier } from './policy/frontier.ts'
export type { Genesis } from './policy/genesis.ts'
export { decodeGenesis, encodeGenesis, firstGrantOf, networkOf } from './policy/genesis.ts'
export type { Grant, GrantTerms, SignedGrant } from './policy/grant.ts'
export { decodeGrant, signGrant, verifyGrant } from './policy/grant.ts'
export type { NetworkSettingName } from './policy/network-settings.ts'
export { NETWORK_SETTINGS } from './policy/network-settings.ts'
export type { PolicyDraft, PolicyEntry } from './policy/policy-entry.ts'
export { decodePolicyEntry, signPolicyEntry, verifyPolicyEntry } from './policy/policy-entry.ts'
export type { StatementRule } from './policy/policy-errors.ts'
export type { PolicyFacts } from './policy/policy-facts.ts'
export type { PolicyFork } from './policy/policy-fork.ts'
export { provePolicyFork, verifyPolicyFork } from './policy/policy-fork.ts'
export type { Added, PolicyLogOptions } from './policy/policy-log.ts'
export { PolicyLog } from './policy/policy-log.ts'
export type { PolicyRequest, PolicyRequestDraft } from './policy/policy-request.ts'
export {
  decodePolicyRequest,
  isSelfDescription,
  isWithinReach,
  signPolicyRequest,
  verifyPolicyRequest
} from './policy/policy-request.ts'
export type { RightQuestion } from './policy/policy-state.ts'
export { PolicyState } from './policy/policy-state.ts'
export type { Role } from './policy/role.ts'
export { ROLES, roleIncludes } from './policy/role.ts'
export type { SignedPart, Verified } from './policy/signed-part.ts'
export { encodeSigned } from './policy/signed-part.ts'
export type { MemberStatement, Statement, StatementKind, TakingStatement } from './policy/statement.ts'
export type { Suspension, SuspensionDraft } from './policy/suspension.ts'
export {
  decodeSuspension,
  isSuspended,
  signSuspension,
  suspendingGrantOf,
  verifySuspension
} from './policy/suspension.ts'
export type { GrantedEntries, TakingPreview } from './policy/taking-preview.ts'
export { cutsAtNewest, previewTaking } from './policy/taking-preview.ts'
export type { Ticket } from './policy/ticket.ts'
export { encodeTicket, parseTicket, TICKET_SECRET_BYTES } from './policy/ticket.ts'
export { packCommits } from './reconcile/pack-commits.ts'
export type { SyncEffect, SyncInput, Transition } from './reconcile/session-effects.ts'
export type { SessionOptions, SyncOutcome, SyncSession } from './reconcile/session-state.ts'
export type { SyncMessage, SyncRefusal } from './reconcile/sync-message.ts'
export type { SyncRead, SyncReadResult } from './reconcile/sync-read.ts'
export { performRead } from './reconcile/sync-read.ts'
export type { LeadOptions } from './reconcile/sync-session.ts'
export { followSession, isFinished, leadSession, syncStep } from './reconcile/sync-session.ts'
export type {
  ChainRange,
  CommitPlace,
  CommitSelection,
  CommitsAnswer,
  CommitsQuestion,
  LackingTip,
  PolicyAnswer,
  RowsAnswer,
  RowsQuestion,
  SpaceSummary,
  SyncedCommit,
  SyncRow,
  SyncSource,
  TrieQuestion
} from './reconcile/sync-source.ts'
export { addSum, childSums, leafOf, SUM_BYTES, subtractSum } from './reconcile/trie-sums.ts'
export type { UnpackOptions } from './reconcile/unpack-commits.ts'
export { unpackCommits } from './reconcile/unpack-commits.ts'
export type { ApplyOptions, EntryContext } from './validation/apply-validated.ts'
export { applyValidated } from './validation/apply-validated.ts'
export type { PlacedStruct } from './validation/place-structs.ts'
export type { DeleteRange, ScannedStruct, StructId } from './validation/scan-update.ts'
export type { UpdateErrorCode } from './validation/update-refusal.ts'
export { isUpdateRefusal } from './validation/update-refusal.ts'
export type { UpdateContext, UpdateSummary } from './validation/validate-update.ts'
export { validateUpdate } from './validation/validate-update.ts'
