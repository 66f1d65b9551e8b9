/**
 * Methods that may run on another thread. Arguments and results must survive a
 * structured clone. An `HcfsError` keeps its code on the way; anything else that
 * a method throws arrives as `COMPUTE_FAILED`, with what was thrown as the cause.
 * A method called `close` is the service's own end: `Remote.close` runs it.
 */
export type Service = object

/** The names of a service's methods. */
export type MethodName<S extends Service> = keyof Methods<S>

type Methods<S extends Service> = {
  [Name in keyof S as S[Name] extends (...args: never[]) => unknown ? Name : never]: S[Name]
}

export type Arguments<Method> = Method extends (...args: infer Args) => unknown ? Args : never
export type Result<Method> = Method extends (...args: never[]) => infer Answer ? Awaited<Answer> : never

export interface CallSettings {
  /** Stops waiting, with `OPERATION_ABORTED`; the work goes on unseen. */
  readonly signal?: AbortSignal
  /** Buffers that move to the other side instead of being copied. */
  readonly transfer?: readonly ArrayBuffer[]
}

/**
 * A service where it runs.
 *
 * 1. Calls are carried out one after another, in the order in which they were
 *    made: a service needs no locks, also where its methods are asynchronous.
 * 2. No more than `computeCallsOpenMax` calls are open; one more fails with
 *    `COMPUTE_BUSY` and is not begun. A call that nobody waits for any more counts
 *    until it has run.
 * 3. After the end of a service every call fails: with `COMPUTE_STOPPED` if it was
 *    closed, with `COMPUTE_FAILED` and `details.died` if its thread died.
 */
export interface Remote<S extends Service> {
  call<Name extends MethodName<S>>(
    method: Name,
    args: Arguments<S[Name]>,
    settings?: CallSettings
  ): Promise<Result<S[Name]>>
  /**
   * Resolves when the service has released what it holds, and rejects with what its
   * own `close` threw. Open calls fail with `COMPUTE_STOPPED`. Safe to call twice.
   */
  close(): Promise<void>
}

export interface ServiceModule {
  /** A module that exports `createService(options)`; see `siblingModule`. */
  readonly module: URL
  /** Handed to `createService`; must survive a structured clone. */
  readonly options: unknown
  /** Shown in logs. */
  readonly name: string
}

/** What the module of a service exports. */
export interface ServiceExports {
  createService(options: unknown): Service | Promise<Service>
}

/** Where heavy work runs: on threads in a node, inline in the simulation and in unit tests. */
export interface Compute {
  /** Resolves when `createService` has, and rejects with what it threw. */
  start<S extends Service>(service: ServiceModule): Promise<Remote<S>>
}
