import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Tree } from 'web-tree-sitter'
import { Language, Parser } from 'web-tree-sitter'
import type { CodeLanguage } from './languages.ts'

/**
 * Steps of the parser, as its progress callback counts them, that a text may
 * take: a fixed number and some for each UTF-16 unit. Steps and not milliseconds,
 * so that every machine cuts a text in the same way. Usual code takes 0.006 to
 * 0.011 a unit; text that no grammar fits takes more, and each step longer.
 */
const STEPS_BASE = 400
const STEPS_PER_UNIT = 0.016

/** Part of Node, but of no type library that we load. */
declare const WebAssembly: { readonly Module: new (bytes: Uint8Array) => object }

const require = createRequire(import.meta.url)
/** One instance of the runtime for each thread: two first calls at once would make two that do not know each other. */
let runtime: Promise<void> | undefined

/** The grammars of this thread, each loaded when it is first needed. */
export class Grammars {
  readonly #parser: Parser
  readonly #loaded = new Map<string, Language>()

  private constructor(parser: Parser) {
    this.#parser = parser
  }

  static async load(): Promise<Grammars> {
    runtime ??= Parser.init()
    await runtime
    return new Grammars(new Parser())
  }

  /** Hands the tree of a text to `read` and frees it; undefined when parsing takes too many steps. */
  parse<T>(text: string, language: CodeLanguage, read: (tree: Tree) => T): T | undefined {
    this.#parser.setLanguage(this.#language(language))
    const tree = this.#parser.parse(text, null, { progressCallback: stepLimit(text.length) })
    if (tree === null) {
      // A parser that was stopped would go on with the old text.
      this.#parser.reset()
      return undefined
    }
    try {
      return read(tree)
    } finally {
      tree.delete()
    }
  }

  #language({ grammar }: CodeLanguage): Language {
    const known = this.#loaded.get(grammar)
    if (known !== undefined) return known
    const file = require.resolve(`@vscode/tree-sitter-wasm/wasm/tree-sitter-${grammar}.wasm`)
    const language = Language.loadSync(new WebAssembly.Module(readFileSync(file)))
    this.#loaded.set(grammar, language)
    return language
  }
}

/** Answers true when the parser has to stop. */
function stepLimit(units: number): () => boolean {
  const stepsMax = STEPS_BASE + units * STEPS_PER_UNIT
  let steps = 0
  return () => {
    steps += 1
    return steps > stepsMax
  }
}
