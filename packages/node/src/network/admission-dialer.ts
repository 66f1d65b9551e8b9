/** Connections that are not meant to last: a joiner redeems a ticket, and is no member yet. */
export interface AdmissionDialer {
  /**
   * Runs the admission with whoever answers first at one of these addresses, and
   * resolves when it has ended well on both sides, with `true` or with `false`.
   * Fails with the reason of a refusal.
   */
  dialForAdmission(addresses: readonly string[], options: { readonly signal: AbortSignal }): Promise<void>
}
