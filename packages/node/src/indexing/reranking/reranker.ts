/** Judges how well texts answer a question, by reading both together. */
export interface Reranker {
  /** One score a text, in the order of the texts; a higher one answers better. */
  scores(
    question: string,
    texts: readonly string[],
    options: { readonly signal: AbortSignal }
  ): Promise<readonly number[]>
}
