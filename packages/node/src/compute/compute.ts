/**
 * Methods that may run on another thread. Arguments and results must survive a
 * structured clone; an `HcfsError` keeps its code on the way.
 */
export type Service = object

type Methods<S extends Service> = {
  [Name in keyof S as S[Name] extends (...args: never[]) => unknown ? Name : never]: S[Name]
}

type Arguments<Method> = Method extends (...args: infer Args) => unknown ? Args : never
type Result<Method> = Method extends (...args: never[]) => infer Answer ? Awaited<Answer> : never

export interface CallSettings {
  /** Stops waiting; work that has begun goes on unseen. */
  readonly signal?: AbortSignal
  /** Buffers that move to the other side instead of being copied. */
  readonly transfer?: readonly ArrayBuffer[]
}

/** A service where it runs. Calls are carried out in the order in which they were made. */
export interface Remote<S extends Service> {
  call<Name extends keyof Methods<S>>(
    method: Name,
    args: Arguments<S[Name]>,
    settings?: CallSettings
  ): Promise<Result<S[Name]>>
  /** Resolves when the service has released what it holds. Open calls fail with `COMPUTE_STOPPED`. */
  close(): Promise<void>
}

export interface ServiceModule {
  /** A module that exports `createService(options)`. */
  readonly module: URL
  /** Handed to `createService`; must survive a structured clone. */
  readonly options: unknown
  /** Shown in logs. */
  readonly name: string
}

/** Where heavy work runs: on threads in a node, inline in the simulation and in unit tests. */
export interface Compute {
  start<S extends Service>(service: ServiceModule): Promise<Remote<S>>
}
