/** What the network does, in percent of what it carries. */
export interface NetworkFaults {
  /** Of gossip before anybody saw it; on connections it is sent again. */
  readonly dropPercent: number
  /** Of gossip. */
  readonly duplicatePercent: number
  /** Of gossip that counts as seen, so that it cannot come again. */
  readonly forgetPercent: number
  /** What is sent takes up to so long. */
  readonly delayMsMax: number
  readonly spikePercent: number
  readonly spikeMsMax: number
}

export const CALM: NetworkFaults = {
  dropPercent: 0,
  duplicatePercent: 0,
  forgetPercent: 0,
  delayMsMax: 5,
  spikePercent: 0,
  spikeMsMax: 0
}
