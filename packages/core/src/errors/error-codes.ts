/**
 * Every failure a caller can act on, and what a caller may do about it.
 *
 * The codes are public: they go over the wire, into logs and into scripts, so a
 * code is never renamed and never reused. Messages may change at any time.
 * `docs/reference/errors.md` lists every code with its remedy; a test compares.
 */
export const ERROR_CODES = {
  // Input
  BAD_REQUEST: { httpStatus: 400, exitCode: 2, retryable: false },
  PATH_INVALID: { httpStatus: 400, exitCode: 2, retryable: false },
  ID_INVALID: { httpStatus: 400, exitCode: 2, retryable: false },
  ENCODING_INVALID: { httpStatus: 400, exitCode: 1, retryable: false },
  ENCODING_TOO_LARGE: { httpStatus: 413, exitCode: 1, retryable: false },

  // Commits
  COMMIT_MALFORMED: { httpStatus: 400, exitCode: 1, retryable: false },
  COMMIT_TOO_LARGE: { httpStatus: 413, exitCode: 1, retryable: false },
  COMMIT_FORMAT_UNKNOWN: { httpStatus: 501, exitCode: 1, retryable: false },
  COMMIT_ROOT_MISMATCH: { httpStatus: 400, exitCode: 1, retryable: false },
  COMMIT_SIGNATURE_INVALID: { httpStatus: 400, exitCode: 1, retryable: false },
  COMMIT_PROOF_INVALID: { httpStatus: 400, exitCode: 1, retryable: false },
  DEVICE_KEY_INVALID: { httpStatus: 400, exitCode: 1, retryable: false },

  // Reconciliation
  SYNC_MESSAGE_INVALID: { httpStatus: 400, exitCode: 1, retryable: false },

  // Streams between nodes
  STREAM_CLOSED: { httpStatus: 503, exitCode: 1, retryable: true },

  // The policy
  POLICY_MALFORMED: { httpStatus: 400, exitCode: 1, retryable: false },
  POLICY_TOO_LARGE: { httpStatus: 413, exitCode: 1, retryable: false },
  POLICY_FORMAT_UNKNOWN: { httpStatus: 501, exitCode: 1, retryable: false },
  POLICY_SIGNATURE_INVALID: { httpStatus: 400, exitCode: 1, retryable: false },
  POLICY_OTHER_NETWORK: { httpStatus: 400, exitCode: 1, retryable: false },
  POLICY_OUT_OF_ORDER: { httpStatus: 409, exitCode: 1, retryable: true },
  POLICY_SIGNER_WRONG: { httpStatus: 403, exitCode: 6, retryable: false },
  POLICY_STATEMENT_REFUSED: { httpStatus: 409, exitCode: 1, retryable: false },
  POLICY_PROOF_INVALID: { httpStatus: 400, exitCode: 1, retryable: false },
  GRANT_WIDENS: { httpStatus: 403, exitCode: 6, retryable: false },
  POLICY_QUEUE_FULL: { httpStatus: 503, exitCode: 1, retryable: true },
  TICKET_FOREIGN: { httpStatus: 400, exitCode: 2, retryable: false },
  TICKET_TRUNCATED: { httpStatus: 400, exitCode: 2, retryable: false },
  TICKET_MISTYPED: { httpStatus: 400, exitCode: 2, retryable: false },

  // Contents
  CONTENT_INVALID: { httpStatus: 400, exitCode: 2, retryable: false },
  CONTEXT_TOO_LARGE: { httpStatus: 413, exitCode: 1, retryable: false },
  EDIT_TOO_LARGE: { httpStatus: 413, exitCode: 1, retryable: false },
  VERSION_GONE: { httpStatus: 410, exitCode: 1, retryable: false },

  // Updates: what the bytes of an entry may do to a document; refused for ever, and the same by every node
  UPDATE_TOO_LARGE: { httpStatus: 422, exitCode: 1, retryable: false },
  UPDATE_TRUNCATED: { httpStatus: 422, exitCode: 1, retryable: false },
  UPDATE_TRAILING_BYTES: { httpStatus: 422, exitCode: 1, retryable: false },
  UPDATE_MALFORMED: { httpStatus: 422, exitCode: 1, retryable: false },
  UPDATE_TOO_MANY_CLIENTS: { httpStatus: 422, exitCode: 1, retryable: false },
  UPDATE_TOO_MANY_STRUCTS: { httpStatus: 422, exitCode: 1, retryable: false },
  UPDATE_TOO_MANY_DELETES: { httpStatus: 422, exitCode: 1, retryable: false },
  UPDATE_TOO_MANY_SIBLINGS: { httpStatus: 422, exitCode: 1, retryable: false },
  UPDATE_TOO_MANY_VALUES: { httpStatus: 422, exitCode: 1, retryable: false },
  UPDATE_TOO_LONG: { httpStatus: 422, exitCode: 1, retryable: false },
  UPDATE_CONTENT_FORBIDDEN: { httpStatus: 422, exitCode: 1, retryable: false },
  UPDATE_SUBDOCUMENT: { httpStatus: 422, exitCode: 1, retryable: false },
  UPDATE_ROOT_UNKNOWN: { httpStatus: 422, exitCode: 1, retryable: false },
  UPDATE_PARENT_INVALID: { httpStatus: 422, exitCode: 1, retryable: false },
  UPDATE_CLIENT_UNDECLARED: { httpStatus: 422, exitCode: 1, retryable: false },
  UPDATE_DECLARATION_WRONG: { httpStatus: 422, exitCode: 1, retryable: false },
  UPDATE_FIRST_TEXT_INVALID: { httpStatus: 422, exitCode: 1, retryable: false },
  UPDATE_CLOCK_GAP: { httpStatus: 422, exitCode: 1, retryable: false },
  UPDATE_REFERENCE_UNKNOWN: { httpStatus: 422, exitCode: 1, retryable: false },
  UPDATE_DELETE_UNKNOWN: { httpStatus: 422, exitCode: 1, retryable: false },
  UPDATE_KEY_FOREIGN: { httpStatus: 422, exitCode: 1, retryable: false },
  UPDATE_VALUE_INVALID: { httpStatus: 422, exitCode: 1, retryable: false },
  UPDATE_TIME_AHEAD: { httpStatus: 422, exitCode: 1, retryable: false },
  UPDATE_ORDER_BROKEN: { httpStatus: 422, exitCode: 1, retryable: false },

  // Documents: what is wrong is this copy, or what it holds already, and not the update
  DOCUMENT_CLOCK_TAKEN: { httpStatus: 409, exitCode: 1, retryable: false },
  DOCUMENT_DAMAGED: { httpStatus: 500, exitCode: 1, retryable: false },

  // Live connections
  BRIDGE_FOREIGN: { httpStatus: 409, exitCode: 1, retryable: false },
  LIVE_TOO_SLOW: { httpStatus: 503, exitCode: 1, retryable: true },
  LIVE_TOO_MANY: { httpStatus: 503, exitCode: 1, retryable: true },

  // Contexts
  CONTEXT_NOT_FOUND: { httpStatus: 404, exitCode: 3, retryable: false },
  RULES_INVALID: { httpStatus: 422, exitCode: 1, retryable: false },
  RULES_CONFLICT: { httpStatus: 409, exitCode: 1, retryable: false },
  TEMPLATE_NOT_FOUND: { httpStatus: 404, exitCode: 3, retryable: false },
  TEMPLATE_INVALID: { httpStatus: 422, exitCode: 1, retryable: false },
  TEMPLATE_PARAMETERS_INVALID: { httpStatus: 400, exitCode: 2, retryable: false },
  CONTEXT_EXISTS: { httpStatus: 409, exitCode: 1, retryable: false },
  VERSION_INVALID: { httpStatus: 400, exitCode: 2, retryable: false },
  VERSION_UNKNOWN: { httpStatus: 404, exitCode: 3, retryable: false },
  VERSION_CONFLICT: { httpStatus: 409, exitCode: 1, retryable: false },
  BATCH_SPANS_SPACES: { httpStatus: 400, exitCode: 2, retryable: false },
  WRITE_NOT_GRANTED: { httpStatus: 403, exitCode: 6, retryable: false },
  BATCH_TOO_LARGE: { httpStatus: 413, exitCode: 2, retryable: false },
  TOKEN_INVALID: { httpStatus: 400, exitCode: 2, retryable: false },
  NOT_CAUGHT_UP: { httpStatus: 504, exitCode: 4, retryable: true },
  NOT_REPLICATED: { httpStatus: 504, exitCode: 4, retryable: true },
  VOID: { httpStatus: 410, exitCode: 1, retryable: false },

  // Convergence
  NETWORK_OFF: { httpStatus: 501, exitCode: 1, retryable: false },
  SPACE_NOT_REPLICATED: { httpStatus: 421, exitCode: 3, retryable: false },
  ACKNOWLEDGEMENT_INVALID: { httpStatus: 400, exitCode: 1, retryable: false },

  // Connections
  PEER_UNREACHABLE: { httpStatus: 504, exitCode: 5, retryable: true },
  ADMISSION_REFUSED: { httpStatus: 403, exitCode: 6, retryable: false },
  ADMISSION_ENDED: { httpStatus: 409, exitCode: 1, retryable: true },
  ADMISSION_MALFORMED: { httpStatus: 400, exitCode: 1, retryable: false },
  STREAM_MALFORMED: { httpStatus: 400, exitCode: 1, retryable: false },
  STREAMS_EXHAUSTED: { httpStatus: 503, exitCode: 1, retryable: true },
  FRAME_TOO_LARGE: { httpStatus: 413, exitCode: 1, retryable: false },

  // Membership
  MEMBER_REQUIRED: { httpStatus: 403, exitCode: 6, retryable: false },
  MEMBER_SUSPENDED: { httpStatus: 403, exitCode: 6, retryable: false },
  MEMBER_UNKNOWN: { httpStatus: 404, exitCode: 3, retryable: false },
  MEMBER_AMBIGUOUS: { httpStatus: 409, exitCode: 2, retryable: false },
  ADMIN_REQUIRED: { httpStatus: 403, exitCode: 6, retryable: false },
  OWNER_REQUIRED: { httpStatus: 403, exitCode: 6, retryable: false },
  SPACE_NOT_EMPTY: { httpStatus: 409, exitCode: 1, retryable: false },
  TICKET_ISSUER_NEEDED: { httpStatus: 421, exitCode: 5, retryable: true },
  TICKET_ISSUER_REVOKED: { httpStatus: 403, exitCode: 6, retryable: false },
  TICKET_REFUSED: { httpStatus: 403, exitCode: 6, retryable: false },
  TICKET_EXPIRED: { httpStatus: 410, exitCode: 6, retryable: false },
  TICKET_USED_UP: { httpStatus: 410, exitCode: 6, retryable: false },
  TICKETS_TOO_MANY: { httpStatus: 409, exitCode: 1, retryable: false },
  JOIN_RATE_LIMITED: { httpStatus: 429, exitCode: 1, retryable: true },
  JOIN_DIRECTORY_USED: { httpStatus: 409, exitCode: 1, retryable: false },
  SEALED_KEY_INVALID: { httpStatus: 400, exitCode: 2, retryable: false },

  // Keys
  KEY_FILE_DAMAGED: { httpStatus: 500, exitCode: 1, retryable: false },
  KEY_FILE_MISSING: { httpStatus: 500, exitCode: 1, retryable: false },
  KEY_FILE_EXPOSED: { httpStatus: 500, exitCode: 6, retryable: false },

  // Backups
  BACKUP_EXISTS: { httpStatus: 409, exitCode: 1, retryable: false },
  BACKUP_DAMAGED: { httpStatus: 422, exitCode: 1, retryable: false },

  // Vectors
  VECTOR_INVALID: { httpStatus: 400, exitCode: 2, retryable: false },
  VECTOR_SNAPSHOT_DAMAGED: { httpStatus: 500, exitCode: 1, retryable: false },

  // Faces
  ROUTE_UNKNOWN: { httpStatus: 404, exitCode: 1, retryable: false },
  MEDIA_TYPE_UNSUPPORTED: { httpStatus: 415, exitCode: 1, retryable: false },
  REQUEST_TOO_LARGE: { httpStatus: 413, exitCode: 1, retryable: false },
  KEY_REQUIRED: { httpStatus: 401, exitCode: 6, retryable: false },
  KEY_REFUSED: { httpStatus: 401, exitCode: 6, retryable: false },
  KEY_SCOPE_EXCEEDED: { httpStatus: 403, exitCode: 6, retryable: false },
  KEY_UNKNOWN: { httpStatus: 404, exitCode: 3, retryable: false },
  KEYS_TOO_MANY: { httpStatus: 409, exitCode: 1, retryable: false },
  HOST_REFUSED: { httpStatus: 403, exitCode: 6, retryable: false },
  RATE_LIMITED: { httpStatus: 429, exitCode: 1, retryable: true },
  IDEMPOTENCY_KEY_REUSED: { httpStatus: 422, exitCode: 2, retryable: false },
  LISTEN_FAILED: { httpStatus: 500, exitCode: 1, retryable: false },
  RECEIPT_UNKNOWN: { httpStatus: 404, exitCode: 3, retryable: false },
  CONNECTION_LOST: { httpStatus: 502, exitCode: 5, retryable: true },
  SOCKET_REFUSED: { httpStatus: 403, exitCode: 6, retryable: false },
  SOCKET_PATH_TOO_LONG: { httpStatus: 400, exitCode: 2, retryable: false },
  INTERNAL: { httpStatus: 500, exitCode: 1, retryable: false },

  // The command line
  FILE_NOT_FOUND: { httpStatus: 404, exitCode: 3, retryable: false },
  FILE_REFUSED: { httpStatus: 403, exitCode: 6, retryable: false },
  FILE_INVALID: { httpStatus: 400, exitCode: 2, retryable: false },
  SERVICE_UNSUPPORTED: { httpStatus: 501, exitCode: 1, retryable: false },
  CHECK_FAILED: { httpStatus: 500, exitCode: 1, retryable: false },

  // Anything a newer version may report that this one does not know
  UNKNOWN_ERROR: { httpStatus: 500, exitCode: 1, retryable: false },

  // Lifecycle
  NODE_NOT_RUNNING: { httpStatus: 503, exitCode: 5, retryable: true },
  OPERATION_ABORTED: { httpStatus: 499, exitCode: 1, retryable: true },
  TIMED_OUT: { httpStatus: 504, exitCode: 4, retryable: true },

  // Storage
  STORE_CLOSED: { httpStatus: 503, exitCode: 5, retryable: true },
  STORAGE_CORRUPT: { httpStatus: 500, exitCode: 1, retryable: false },
  STORAGE_FULL: { httpStatus: 507, exitCode: 1, retryable: true },
  STORAGE_FAILED: { httpStatus: 500, exitCode: 1, retryable: true },
  WRITE_QUEUE_FULL: { httpStatus: 503, exitCode: 1, retryable: true },
  DIRECTORY_IN_USE: { httpStatus: 409, exitCode: 1, retryable: true },
  DIRECTORY_DAMAGED: { httpStatus: 500, exitCode: 1, retryable: false },
  KEY_FILE_FOREIGN: { httpStatus: 500, exitCode: 1, retryable: false },
  DIRECTORY_INVALID: { httpStatus: 400, exitCode: 2, retryable: false },
  DIRECTORY_NOT_EMPTY: { httpStatus: 409, exitCode: 1, retryable: false },
  DIRECTORY_NOT_WRITABLE: { httpStatus: 500, exitCode: 6, retryable: false },
  FORMAT_TOO_NEW: { httpStatus: 500, exitCode: 1, retryable: false },

  // Services on threads
  COMPUTE_BUSY: { httpStatus: 503, exitCode: 1, retryable: true },
  COMPUTE_STOPPED: { httpStatus: 503, exitCode: 5, retryable: true },
  COMPUTE_FAILED: { httpStatus: 500, exitCode: 1, retryable: true },

  // Embedders
  EMBEDDER_INVALID: { httpStatus: 400, exitCode: 2, retryable: false },
  EMBEDDER_UNAVAILABLE: { httpStatus: 503, exitCode: 1, retryable: true },
  EMBEDDER_REFUSED: { httpStatus: 502, exitCode: 1, retryable: false },
  EMBEDDING_INVALID: { httpStatus: 502, exitCode: 1, retryable: false },

  // Search
  QUERY_INVALID: { httpStatus: 400, exitCode: 2, retryable: false },
  INDEX_DAMAGED: { httpStatus: 500, exitCode: 1, retryable: false },
  INDEX_UNAVAILABLE: { httpStatus: 503, exitCode: 1, retryable: true },
  REINDEX_RUNNING: { httpStatus: 409, exitCode: 1, retryable: true },
  SEARCH_OFF: { httpStatus: 501, exitCode: 1, retryable: false },
  SEARCH_INCOMPLETE: { httpStatus: 503, exitCode: 4, retryable: true },

  // Time
  CLOCK_AHEAD: { httpStatus: 503, exitCode: 1, retryable: true }
} as const satisfies Record<string, ErrorTraits>

export interface ErrorTraits {
  /** What an HTTP face answers with. */
  readonly httpStatus: number
  /** What the command line exits with: 1 failed, 2 bad usage, 3 not found, 4 not caught up, 5 no node, 6 refused. */
  readonly exitCode: 1 | 2 | 3 | 4 | 5 | 6
  /** Whether the same call may succeed later without being changed. */
  readonly retryable: boolean
}

export type ErrorCode = keyof typeof ERROR_CODES
