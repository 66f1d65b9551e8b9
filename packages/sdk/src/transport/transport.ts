/** A request to a node. The target is a path with its query. */
export interface TransportRequest {
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal?: AbortSignal
  /** The answer comes for as long as somebody reads it, so it must not hold up other calls. */
  readonly isStream?: boolean
}

/** As much of a `Response` as the client reads. */
export interface TransportResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  /** Whoever stops reading early lets go of the connection. */
  readonly body: AsyncIterable<Uint8Array>
}

/**
 * Carries requests to a node. What fails on the way is an `HcfsError`
 * (`NODE_NOT_RUNNING`, `CONNECTION_LOST`, `OPERATION_ABORTED`, …); what the node answers,
 * also an error, is a response.
 */
export interface Transport {
  send(request: TransportRequest): Promise<TransportResponse>
  /** The name by which the node finds a file that the caller named. */
  fileName(file: string): string
  close(): Promise<void>
}
