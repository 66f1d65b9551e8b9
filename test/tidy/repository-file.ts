/** A file as it lies in the repository; `path` is relative to its root, with `/`. */
export interface RepositoryFile {
  readonly path: string
  readonly text: string
}
