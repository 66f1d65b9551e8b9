/** The clocks from `clock` up to, and not including, `clock + len`, that an edit wrote under one client id. */
export interface ClientRange {
  /** The session that the client id is derived from; `text` for a first body. */
  readonly session: number | 'text'
  readonly clock: number
  readonly len: number
}
