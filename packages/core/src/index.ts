export { sha256, sha256Hex } from '#sha256'
export type {
  ApiKeyInfo,
  ApiKeysApi,
  CreateApiKeyRequest,
  CreatedApiKey,
  RotateApiKeyOptions
} from './api/api-keys.ts'
export type { By } from './api/by.ts'
export type {
  Context,
  ContextMeta,
  ContextParts,
  ContextStatus,
  ListEntry,
  TrashEntry
} from './api/context.ts'
export type {
  BatchItem,
  BatchItemResult,
  BatchOptions,
  BatchReceipt,
  CallOptions,
  ContextsApi,
  EditOptions,
  HistoryOptions,
  ListFilter,
  ListOptions,
  Preconditions,
  PutOptions,
  ReadOptions,
  ResolveOptions,
  SubtreeOptions,
  SubtreeProgress,
  SubtreeReceipt,
  WatchedChange,
  WatchOptions,
  WriteOptions
} from './api/contexts-api.ts'
export type {
  Blame,
  EffectiveCacheStatus,
  EffectiveContext,
  EffectiveSource,
  InheritRule,
  RuleViolation
} from './api/effective.ts'
export { INHERIT_RULES } from './api/effective.ts'
export type { Change, ChangeKind, HistoryEntry } from './api/history.ts'
export type { HorizonApi, HorizonProposal, HorizonTip, Retention } from './api/horizon.ts'
export type {
  CopyComparison,
  Invitation,
  InviteRequest,
  LagReason,
  MemberRole,
  MemberStatus,
  NetworkApi,
  NetworkStatus,
  ParkedStatus,
  PeerStatus,
  PolicyOutcome,
  ReplicaStatus,
  RevocationPreview,
  RevokeRequest,
  SpaceStatus,
  WaitOutcome,
  WaitRequest
} from './api/network.ts'
export type {
  DiskUsage,
  NodeApi,
  NodeStatus,
  VerifyOptions,
  VerifyProblem,
  VerifyProgress,
  VerifyReport
} from './api/node-api.ts'
export type {
  ContextPart,
  Copies,
  Durability,
  MergeReport,
  Receipt,
  ReceiptData,
  ReplicatedOptions,
  Token,
  Version
} from './api/receipt.ts'
export type { ReindexApi, ReindexOptions, ReindexProgress, ReindexReport } from './api/reindex.ts'
export type {
  Coverage,
  HitChunk,
  ScoreParts,
  SearchAnswer,
  SearchApi,
  SearchHit,
  SearchMode,
  SearchRequest,
  SearchStatus
} from './api/search.ts'
export type {
  ApplyTemplateOptions,
  Template,
  TemplateInfo,
  TemplateReceipt,
  TemplatesApi
} from './api/templates.ts'
export type { ToolUsageRow } from './api/tool-usage.ts'
export type { ContentPart, ContextContent, Link } from './content/content.ts'
export { canonicalContent, compareLinks, compareText, EMPTY_CONTENT, linkName } from './content/content.ts'
export type { ContentDiff, DiffLine, LinesHunk, SetChange, ValueChange } from './content/content-diff.ts'
export type { BodyStep, ContentSteps } from './content/content-editor.ts'
export { ContentEditor } from './content/content-editor.ts'
export { assertWithinLimits, contentBytes } from './content/content-limits.ts'
export type { LinkInput } from './content/draft.ts'
export { Draft, DraftBody, DraftFields, DraftLinks, DraftTags } from './content/draft.ts'
export type { DraftOperation, DraftOperationKind } from './content/draft-operation.ts'
export { parseDraftOperations } from './content/draft-operation.ts'
export type { FieldStep } from './content/field-editor.ts'
export { FieldEditor } from './content/field-editor.ts'
export type { FieldKeys } from './content/json-pointer.ts'
export { doConflict, formatPointer, parsePointer } from './content/json-pointer.ts'
export { countValues, jsonBytesAtMost } from './content/json-size.ts'
export { isMetaValue } from './content/meta-value.ts'
export { PointerTree } from './content/pointer-tree.ts'
export type { SetStep } from './content/set-editor.ts'
export type { Leaf } from './content/stored-json.ts'
export { isFieldKey, isStoredLeaf } from './content/stored-json.ts'
export { canonicalPathOf, checkedLink, checkedTag, isLinkRel, isTag } from './content/tags-and-links.ts'
export { assertWellFormed, TextBuffer } from './content/text-buffer.ts'
export type { FittedContext } from './effective/fit-effective.ts'
export { fitEffective } from './effective/fit-effective.ts'
export type { EffectiveFormat, LeftOut, RenderedContext, RenderOptions } from './effective/render-effective.ts'
export { EFFECTIVE_FORMATS, RENDER_TOKENS_MIN, renderEffective } from './effective/render-effective.ts'
export { ByteSlab } from './encoding/byte-slab.ts'
export type { CborMap, CborValue } from './encoding/cbor-value.ts'
export { decodeCbor } from './encoding/decode-cbor.ts'
export { encodeCbor } from './encoding/encode-cbor.ts'
export type { CborLimits } from './encoding/encoding-limits.ts'
export { hashCbor, hashCborHex } from './encoding/hash-cbor.ts'
export type { ErrorCode, ErrorTraits } from './errors/error-codes.ts'
export { ERROR_CODES } from './errors/error-codes.ts'
export type { ErrorDetails, HcfsErrorJson, HcfsErrorOptions } from './errors/hcfs-error.ts'
export { HcfsError, hasErrorCode, isErrorCode } from './errors/hcfs-error.ts'
export { bytesToHex, hexToBytes } from './ids/hex.ts'
export type { CommitId, DeviceId, DocId, GrantId, NetworkId, PayloadHash } from './ids/ids.ts'
export { commitId, deviceId, docId, grantId, ID_BYTES, idToBytes, networkId, payloadHash } from './ids/ids.ts'
export type { JsonObject, JsonValue } from './json.ts'
export type { LifecycleHooks, LifecycleStatus, Startable } from './lifecycle/lifecycle.ts'
export { Lifecycle } from './lifecycle/lifecycle.ts'
export { StartableGroup } from './lifecycle/startable-group.ts'
export type { FormatLimitName } from './limits/format-limits.ts'
export { FORMAT_LIMITS } from './limits/format-limits.ts'
export type { NodeLimit, NodeLimitUnit } from './limits/node-limit.ts'
export type { NodeLimitName, NodeLimits } from './limits/node-limits.ts'
export { NODE_LIMITS } from './limits/node-limits.ts'
export { resolveNodeLimits } from './limits/resolve-node-limits.ts'
export type { LineLoggerComponents, LineLoggerOptions } from './logging/line-logger.ts'
export { LineLogger } from './logging/line-logger.ts'
export type { LogFields, Logger, LogLevel } from './logging/logger.ts'
export { silentLogger } from './logging/silent-logger.ts'
export type { ContextPath } from './paths/context-path.ts'
export { parseCanonicalPath, parsePath, ROOT_PATH } from './paths/context-path.ts'
export { fromFileName, toFileName } from './paths/file-name.ts'
export { fromFileNames, toFileNames } from './paths/file-names.ts'
export type { PathRule } from './paths/path-error.ts'
export { comparePaths, pathFromKey, pathKey, pathKeyRange } from './paths/path-key.ts'
export { ancestorPaths, isPathPrefix, joinPath, parentPath, pathSegments } from './paths/path-tree.ts'
export { utf8ByteLength } from './paths/utf8-byte-length.ts'
export type { Random } from './random/random.ts'
export { SeededRandom } from './random/seeded-random.ts'
export { SystemRandom } from './random/system-random.ts'
export { Templates } from './templates/templates.ts'
export { compareCodePoints } from './text/compare-code-points.ts'
export { countTokens } from './text/count-tokens.ts'
export type { MarkdownSection } from './text/markdown-sections.ts'
export { sectionName, sectionsOf } from './text/markdown-sections.ts'
export type { Clock, WaitOptions } from './time/clock.ts'
export type { HybridClockComponents, HybridTime } from './time/hybrid-clock.ts'
export { CLOCK_AHEAD_MAX_MS, endOfMillisecond, HybridClock, hybridTime, toMilliseconds } from './time/hybrid-clock.ts'
export { ManualClock, settle } from './time/manual-clock.ts'
export { SystemClock } from './time/system-clock.ts'
export type { Deadline } from './time/with-deadline.ts'
export { withDeadline } from './time/with-deadline.ts'
