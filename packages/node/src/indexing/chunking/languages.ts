/** A language that code is cut in by its grammar. */
export interface CodeLanguage {
  /** As people and fences name it. */
  readonly name: string
  /** The file of the grammar, as in `tree-sitter-<grammar>.wasm`. */
  readonly grammar: string
  /** Endings of paths, marks of fences and `kind`s, in lower case. */
  readonly aliases: readonly string[]
  /**
   * For grammars whose own scanners, which count no steps, are slow where a text is built against them: what a unit of
   * such code counts of those that a context may have parsed. @default 1
   */
  readonly unitCost?: number
}

const LANGUAGES: readonly CodeLanguage[] = [
  { name: 'typescript', grammar: 'typescript', aliases: ['ts', 'mts', 'cts'] },
  { name: 'tsx', grammar: 'tsx', aliases: [] },
  { name: 'javascript', grammar: 'javascript', aliases: ['js', 'mjs', 'cjs', 'jsx', 'node'] },
  { name: 'python', grammar: 'python', aliases: ['py', 'pyi', 'python3'] },
  { name: 'go', grammar: 'go', aliases: ['golang'] },
  { name: 'rust', grammar: 'rust', aliases: ['rs'] },
  { name: 'java', grammar: 'java', aliases: [] },
  { name: 'cpp', grammar: 'cpp', aliases: ['c', 'h', 'cc', 'cxx', 'hpp', 'hh', 'hxx', 'c++'] },
  { name: 'csharp', grammar: 'c-sharp', aliases: ['cs', 'c#'] },
  { name: 'ruby', grammar: 'ruby', aliases: ['rb', 'rake', 'gemspec'] },
  { name: 'php', grammar: 'php', aliases: [] },
  { name: 'bash', grammar: 'bash', aliases: ['sh', 'shell', 'zsh', 'ksh', 'dash'], unitCost: 4 },
  { name: 'css', grammar: 'css', aliases: [] },
  { name: 'powershell', grammar: 'powershell', aliases: ['ps1', 'psm1', 'pwsh'], unitCost: 4 }
]

/** Written in lines, but without a grammar here: cut at blank lines. */
const LINE_LANGUAGES: readonly string[] = [
  ...['json', 'jsonc', 'json5', 'jsonl', 'yaml', 'yml', 'toml', 'ini', 'cfg', 'conf', 'properties', 'env', 'xml'],
  ...['html', 'htm', 'svg', 'vue', 'svelte', 'scss', 'sass', 'less', 'sql', 'graphql', 'gql', 'proto', 'diff', 'patch'],
  ...[
    'kt',
    'kts',
    'kotlin',
    'swift',
    'scala',
    'groovy',
    'gradle',
    'dart',
    'lua',
    'pl',
    'pm',
    'perl',
    'r',
    'jl',
    'julia'
  ],
  ...['hs', 'haskell', 'ml', 'mli', 'ocaml', 'fs', 'elm', 'ex', 'exs', 'elixir', 'erl', 'erlang', 'clj', 'clojure'],
  ...['lisp', 'el', 'scm', 'zig', 'nim', 'tf', 'hcl', 'nix', 'cmake', 'make', 'mk', 'makefile', 'dockerfile', 'awk'],
  ...['asm', 's', 'm', 'mm', 'vb', 'pas', 'f90', 'csv', 'tsv', 'bat', 'fish', 'tcl', 'v', 'sol', 'code']
]

const BY_ALIAS: ReadonlyMap<string, CodeLanguage> = new Map(
  LANGUAGES.flatMap((language) => [language.name, ...language.aliases].map((alias) => [alias, language] as const))
)
const LINES: ReadonlySet<string> = new Set(LINE_LANGUAGES)

/** The language of an ending, a fence or a kind; undefined when there is no grammar for it. */
export function findLanguage(alias: string): CodeLanguage | undefined {
  return BY_ALIAS.get(alias.toLowerCase())
}

export function isLineLanguage(alias: string): boolean {
  return LINES.has(alias.toLowerCase())
}
