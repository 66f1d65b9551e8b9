/** A file that an import found, by its names from the imported folder down. */
export interface FoundFile {
  readonly file: string
  readonly names: readonly string[]
  readonly bytes: number
}

/** What was left out, and why. */
export interface SkippedFile {
  readonly file: string
  readonly reason: string
}
