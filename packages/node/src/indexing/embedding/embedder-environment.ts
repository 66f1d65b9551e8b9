import type { Clock, Logger, NodeLimits, Random } from '@hcfs/core'

/** What embedders need of the outside. */
export interface EmbedderEnvironment {
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** Where keys come from. */
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly limits: EmbedderLimits
  /** Ends an embedder that is still being opened. */
  readonly signal?: AbortSignal
}

export type EmbedderLimits = Pick<
  NodeLimits,
  | 'embedBatchTextsMax'
  | 'embedBatchBytesMax'
  | 'embedAnswerBytesMax'
  | 'embedTimeoutMs'
  | 'embedTriesMax'
  | 'embedRetryPauseMsMax'
  | 'embedFailuresMax'
  | 'embedBreakMs'
>
