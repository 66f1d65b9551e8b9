import type { NodeLimits } from '@hcfs/core'
import { resolveNodeLimits, sha256Hex } from '@hcfs/core'
import type { Block, Section } from './block.ts'
import { skipBlank, skipBlankBack, withPlainLineEnds } from './block.ts'
import type { Chunk, Chunker, ChunkSource } from './chunk.ts'
import { codeBlocks } from './code-blocks.ts'
import type { CutSizes } from './cut-block.ts'
import { cutBlock } from './cut-block.ts'
import { detectFormat } from './detect-format.ts'
import { fieldsText } from './fields-text.ts'
import { Grammars } from './grammars.ts'
import { groupBlocks } from './group-blocks.ts'
import type { CodeLanguage } from './languages.ts'
import { findLanguage } from './languages.ts'
import { markdownSections } from './markdown-blocks.ts'
import { ParserSteps } from './parser-steps.ts'
import { textBlocks } from './text-blocks.ts'
import { tokenQuarters } from './token-estimate.ts'

export interface ChunkerOptions {
  readonly limits?: Partial<ChunkLimits>
}

type ChunkLimits = Pick<
  NodeLimits,
  'chunkTokensTarget' | 'chunkTokensMax' | 'chunkParsedUnitsMax' | 'chunkParserStepsMax' | 'chunkSectionsMax'
>

/** To be raised with every change after which a source is cut in another way. */
const CHUNKER_VERSION = 3
/** Of the target, the part that a piece repeats of the one before it. */
const OVERLAP_PART = 1 / 8

/** A chunker for this thread. Grammars of languages are loaded when the first source needs them. */
export async function createChunker({ limits = {} }: ChunkerOptions = {}): Promise<Chunker> {
  return new ContextChunker(await Grammars.load(), resolveNodeLimits(limits))
}

/**
 * Cuts contexts into chunks.
 *
 * Invariants:
 * 1. The `text` of a chunk is the stretch of the body, or of the fields as
 *    text, that its offsets name; neither end is blank or within a code point.
 * 2. Every character that is not blank is in a chunk; it is in two only where a block
 *    larger than a chunk was cut.
 * 3. No chunk is larger than `chunkTokensMax`, by our estimate.
 * 4. The same source gives the same chunks on every machine: nothing here reads
 *    a clock.
 */
class ContextChunker implements Chunker {
  readonly version: string
  readonly #grammars: Grammars
  readonly #sizes: CutSizes
  readonly #limits: ChunkLimits

  constructor(grammars: Grammars, limits: ChunkLimits) {
    const { chunkTokensTarget, chunkTokensMax, chunkParsedUnitsMax, chunkParserStepsMax, chunkSectionsMax } = limits
    const targetTokens = Math.min(chunkTokensTarget, Math.floor(chunkTokensMax / 2))
    this.version = [
      ...[CHUNKER_VERSION, targetTokens, chunkTokensMax],
      ...[chunkParsedUnitsMax, chunkParserStepsMax, chunkSectionsMax]
    ].join('/')
    this.#grammars = grammars
    this.#sizes = {
      mergeQuarters: 4 * targetTokens,
      unitQuartersMax: 4 * chunkTokensMax,
      overlapQuarters: Math.floor(4 * targetTokens * OVERLAP_PART)
    }
    this.#limits = limits
  }

  chunk(source: ChunkSource): readonly Chunk[] {
    const ordinals = new Map<string, number>()
    const fields = fieldsText(source.fields)
    const body = withPlainLineEnds(source.body)
    const sections = this.#bodySections(source, body)
    return [
      ...this.#cut(sections, { original: source.body, scanned: body, part: 'body' }, ordinals),
      ...this.#cut(fields.sections, { original: fields.text, scanned: fields.text, part: 'fields' }, ordinals)
    ]
  }

  #bodySections(source: ChunkSource, body: string): readonly Section[] {
    const format = detectFormat(source)
    if (format.type === 'text') return textBlocks(body)
    const { chunkParserStepsMax: stepsMax, chunkParsedUnitsMax: unitsMax } = this.#limits
    const steps = new ParserSteps(body.length, { stepsMax, unitsMax })
    if (format.type === 'code') {
      return [this.#codeSection(body, { start: 0, end: body.length, headings: [], language: format.language, steps })]
    }
    const sections = markdownSections(body)
    // Sections never share a chunk, and so many tiny ones would be as many chunks.
    const bounded = sections.length > this.#limits.chunkSectionsMax ? [sections.flat()] : sections
    return bounded.flatMap((section) => this.#openFences(body, section, steps))
  }

  /** A fence that is too large for a chunk becomes a section of code. */
  #openFences(body: string, section: Section, steps: ParserSteps): Section[] {
    const sections: Section[] = []
    let plain: Block[] = []
    for (const block of section) {
      const isLarge = block.code && tokenQuarters(body, block.start, block.end) > this.#sizes.mergeQuarters
      if (!isLarge) plain.push(block)
      else {
        sections.push(plain, this.#fenceSection(body, block, steps))
        plain = []
      }
    }
    return [...sections, plain]
  }

  #fenceSection(body: string, block: Block, steps: ParserSteps): Section {
    const { start, end, language: name } = block.code ?? { ...block, language: '' }
    const language = findLanguage(name)
    const blocks = this.#codeSection(body, { start, end, headings: block.headings, language, steps })
    if (blocks.length === 0) return [block]
    return blocks.map((each, index) => ({
      ...each,
      start: index === 0 ? block.start : each.start,
      end: index === blocks.length - 1 ? block.end : each.end
    }))
  }

  #codeSection(body: string, code: CodeStretch): Block[] {
    return codeBlocks(body, this.#grammars, { ...code, smallUnits: this.#sizes.mergeQuarters })
  }

  #cut(sections: readonly Section[], texts: CutTexts, ordinals: Map<string, number>): Chunk[] {
    const chunks: Chunk[] = []
    for (const section of sections) {
      for (const group of groupBlocks(texts.scanned, section, this.#sizes)) {
        for (const piece of this.#pieces(texts.scanned, group)) {
          const chunk = toChunk(texts, piece, ordinals)
          if (chunk !== undefined) chunks.push(chunk)
        }
      }
    }
    return chunks
  }

  #pieces(text: string, group: readonly Block[]): readonly Block[] {
    const [first] = group
    if (first === undefined) return []
    const end = group.at(-1)?.end ?? first.end
    const isTooLarge = tokenQuarters(text, first.start, end) > this.#sizes.unitQuartersMax
    if (isTooLarge) return group.flatMap((block) => cutBlock(text, block, this.#sizes))
    return [{ ...first, end, headings: sharedHeadings(group) }]
  }
}

interface CodeStretch {
  readonly start: number
  readonly end: number
  readonly headings: readonly string[]
  readonly language: CodeLanguage | undefined
  readonly steps: ParserSteps
}

interface CutTexts {
  readonly original: string
  readonly scanned: string
  readonly part: Chunk['part']
}

function toChunk({ original, part }: CutTexts, piece: Block, ordinals: Map<string, number>): Chunk | undefined {
  const start = skipBlank(original, piece.start, piece.end)
  const end = skipBlankBack(original, start, piece.end)
  if (start === end) return undefined
  const text = original.slice(start, end)
  const contentHash = sha256Hex(new TextEncoder().encode(text))
  const ordinal = ordinals.get(contentHash) ?? 0
  ordinals.set(contentHash, ordinal + 1)
  const { headings, format } = piece
  return { id: `${contentHash}.${ordinal}`, contentHash, part, start, end, text, headings, format }
}

/**
 * The headings that all blocks of a chunk stand under. The head of a class that shares a chunk with one of its
 * functions does not count: the chunk is about the function.
 */
function sharedHeadings(group: readonly Block[]): readonly string[] {
  const [first, second] = group
  const members = first && second && first.depth < second.depth ? group.slice(1) : group
  let shared = members[0]?.headings ?? []
  for (const { headings } of members) {
    const differs = shared.findIndex((each, index) => each !== headings[index])
    if (differs !== -1) shared = shared.slice(0, differs)
  }
  return shared
}
