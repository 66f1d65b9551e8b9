import type { CallFailure } from './call-failure.ts'

export interface Call {
  readonly id: number
  readonly method: string
  readonly args: readonly unknown[]
}

export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: CallFailure }

/** The way to one service that runs. */
export interface Channel {
  /** Throws where an argument cannot be cloned; nothing was sent then. */
  post(call: Call, transfer: readonly ArrayBuffer[]): void
  /** Whether the process has to stay alive for what this service does. */
  keepAlive(isNeeded: boolean): void
  /** Lets the service close, and rejects with what its own `close` threw. Called once; posts nothing afterwards. */
  close(): Promise<void>
}

/** Who waits at this end of a channel. */
export interface ChannelListener {
  onAnswer(answer: Answer): void
  /** The service is gone without having been closed. Nothing follows. */
  onDeath(cause: unknown): void
}
