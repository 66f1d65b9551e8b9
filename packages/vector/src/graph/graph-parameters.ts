/** How a graph is built. Decision record 0016 has the measurements behind the defaults. */
export interface GraphParameters {
  /** Links of a node: more find more, and take memory and time. */
  readonly m: number
  /** Candidates looked at while a node is linked: more make a better graph and a slower build. */
  readonly efConstruction: number
}

export const DEFAULT_GRAPH_PARAMETERS: GraphParameters = { m: 16, efConstruction: 100 }
