import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Tree } from 'web-tree-sitter'
import { Language, Parser } from 'web-tree-sitter'
import type { CodeLanguage } from './languages.ts'
import type { ParserSteps } from './parser-steps.ts'

/** Part of Node, but of no type library that we load. */
declare const WebAssembly: { readonly Module: new (bytes: Uint8Array) => object }

const require = createRequire(import.meta.url)
/** One instance of the runtime for each thread: two first calls at once would make two that do not know each other. */
let runtime: Promise<void> | undefined

export interface ParseOptions {
  readonly language: CodeLanguage
  readonly steps: ParserSteps
}

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

  /** Hands the tree of a text to `read` and frees it; undefined when there are not enough steps left for it. */
  parse<T>(text: string, { language, steps }: ParseOptions, read: (tree: Tree) => T): T | undefined {
    if (steps.areUsedUp) return undefined
    this.#parser.setLanguage(this.#language(language))
    const tree = this.#parser.parse(text, null, { progressCallback: ({ hasError }) => steps.take(hasError) })
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
