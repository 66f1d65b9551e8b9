import { FORMAT_LIMITS } from './format-limits.ts'
import type { NodeLimit } from './node-limit.ts'
import { KIB, MIB, MINUTE_MS } from './node-limit.ts'

/** Of what finds contexts: threads, embedders and indexes. */
export const SEARCH_LIMITS = {
  // Services on threads
  computeCallsOpenMax: {
    default: 4_096,
    min: 1,
    max: 1_048_576,
    unit: 'count',
    atLimit: 'Further calls of that service fail with COMPUTE_BUSY until one has been answered.'
  },
  computeCloseMsMax: {
    default: 4_000,
    min: 10,
    max: 10 * MINUTE_MS,
    unit: 'ms',
    atLimit: 'A service that has not closed by then is left to end by itself; nobody waits for it any longer.'
  },
  computeHeapBytesMax: {
    default: 1_024 * MIB,
    min: 16 * MIB,
    max: 65_536 * MIB,
    unit: 'bytes',
    atLimit: 'The thread of that service dies, without the node; memory outside the JavaScript heap is not counted.'
  },
  // Embedders
  embedBatchTextsMax: {
    default: 64,
    min: 1,
    max: 2_048,
    unit: 'count',
    atLimit: 'The texts that follow go to the embedding server in another request.'
  },
  embedBatchBytesMax: {
    default: 256 * KIB,
    min: 1 * KIB,
    max: 64 * MIB,
    unit: 'bytes',
    atLimit: 'The texts that follow go to the embedding server in another request; a longer text goes alone.'
  },
  embedAnswerBytesMax: {
    default: 64 * MIB,
    min: 1 * KIB,
    max: 1_024 * MIB,
    unit: 'bytes',
    atLimit: 'The answer of the embedding server is not read further, and fails with EMBEDDING_INVALID.'
  },
  embedTimeoutMs: {
    default: MINUTE_MS,
    min: 10,
    max: 60 * MINUTE_MS,
    unit: 'ms',
    atLimit: 'A request to the embedding server is given up, and tried again.'
  },
  embedTriesMax: {
    default: 5,
    min: 1,
    max: 100,
    unit: 'count',
    atLimit: 'The texts of the request fail with EMBEDDER_UNAVAILABLE.'
  },
  embedRetryPauseMsMax: {
    default: 30_000,
    min: 1,
    max: 60 * MINUTE_MS,
    unit: 'ms',
    atLimit: 'A server that asks for a longer pause is not asked again: the texts fail with EMBEDDER_UNAVAILABLE.'
  },
  embedFailuresMax: {
    default: 10,
    min: 1,
    max: 10_000,
    unit: 'count',
    atLimit: 'After so many failed requests in a row the embedding server is left alone for embedBreakMs.'
  },
  embedBreakMs: {
    default: 30_000,
    min: 10,
    max: 60 * MINUTE_MS,
    unit: 'ms',
    atLimit: 'One request tries whether the server is back; until then texts fail at once with EMBEDDER_UNAVAILABLE.'
  },
  embedQuestionTimeoutMs: {
    default: 3_000,
    min: 10,
    max: 10 * MINUTE_MS,
    unit: 'ms',
    atLimit: 'The question of a search is not embedded any longer: words alone are searched, with a warning.'
  },
  // Re-ranking
  rerankTextsMax: {
    default: 32,
    min: 1,
    max: 100,
    unit: 'count',
    atLimit: 'Hits that rank lower keep their order behind those that the re-ranker has read.'
  },
  rerankTimeoutMs: {
    default: 2_000,
    min: 10,
    max: MINUTE_MS,
    unit: 'ms',
    atLimit:
      'The answer of the re-ranker is not waited for any longer: hits stand as they would without it, with a warning.'
  },
  // Indexing
  chunkTokensTarget: {
    default: 200,
    min: 16,
    max: 4_096,
    unit: 'count',
    atLimit: 'Neighbouring paragraphs or statements of more tokens together, by our estimate, become two chunks.'
  },
  chunkTokensMax: {
    default: 480,
    min: 32,
    max: 8_192,
    unit: 'count',
    atLimit: 'A paragraph or declaration of more tokens, by our estimate, is cut into chunks that overlap.'
  },
  chunkParsedUnitsMax: {
    default: 256 * KIB,
    min: 0,
    max: FORMAT_LIMITS.bodyBytesMax,
    unit: 'count',
    atLimit:
      'Once so many UTF-16 units of code of a context were cut by grammars, the rest is cut by its lines; Bash and PowerShell count four times.'
  },
  chunkParserStepsMax: {
    default: 3_000,
    min: 0,
    max: 100_000,
    unit: 'count',
    atLimit:
      'Once parsing the code of a context has taken so many steps, the rest is cut by its lines; steps over what no grammar fits count eight times.'
  },
  chunkSectionsMax: {
    default: 2_048,
    min: 1,
    max: 1_000_000,
    unit: 'count',
    atLimit: 'In Markdown with more sections, neighbouring sections share chunks.'
  },
  indexStartPauseMs: {
    default: 1_000,
    min: 0,
    max: MINUTE_MS,
    unit: 'ms',
    atLimit: 'After so long, or when somebody searches, the index of a node that has just started is opened.'
  },
  indexBatchContextsMax: {
    default: 128,
    min: 1,
    max: 4_096,
    unit: 'count',
    atLimit: 'The index takes so many changed contexts at a time; the others follow.'
  },
  indexBatchBytesMax: {
    default: 2 * MIB,
    min: 64 * KIB,
    max: 64 * MIB,
    unit: 'bytes',
    atLimit: 'The index takes contexts with bodies of so many bytes at a time; the others follow.'
  },
  indexPaceMsMax: {
    default: 1_000,
    min: 0,
    max: MINUTE_MS,
    unit: 'ms',
    atLimit: 'A large batch that was waiting for the index to keep up is written, and what it holds is found later.'
  },
  vectorSaveChangesMin: {
    default: 20_000,
    min: 1,
    max: 100_000_000,
    unit: 'count',
    atLimit: 'After so many changes the vector index is saved; those since the last time are read again after a crash.'
  },
  indexRetryPauseMsMax: {
    default: MINUTE_MS,
    min: 1,
    max: 60 * MINUTE_MS,
    unit: 'ms',
    atLimit: 'An index that keeps failing is opened again after at most this pause.'
  }
} as const satisfies Readonly<Record<string, NodeLimit>>
