/**
 * What is longer than the limits allow, as it stands: `path → lines` for files,
 * `path#function → lines` for functions. A number here must equal what is
 * there, so an entry goes down with its file, and out when the file fits.
 * Nothing is ever added: split instead.
 */
export interface Ratchet {
  readonly fileLines: Readonly<Record<string, number>>
  readonly functionLines: Readonly<Record<string, number>>
}

export const RATCHET: Ratchet = { fileLines: {}, functionLines: {} }
