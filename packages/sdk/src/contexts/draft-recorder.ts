import type { Context, DraftOperation, Draft as DraftType, EditOptions, Version } from '@hcfs/core'
import { Draft } from '@hcfs/core'
import type { HttpClient } from '../http/http-client.ts'
import { targetOf } from '../http/target.ts'

export const DRAFT_TYPE = 'application/vnd.hcfs.draft+json'

/** What an edit did, and the version that it looked at. */
export interface RecordedDraft {
  readonly base: Version
  readonly operations: readonly DraftOperation[]
}

/** Runs edits here: reads the context, hands its draft to the caller, and keeps what the caller did. */
export class DraftRecorder {
  readonly #http: HttpClient

  constructor({ http }: { http: HttpClient }) {
    this.#http = http
  }

  async record(
    path: string,
    change: (draft: DraftType) => void,
    { base, signal }: Pick<EditOptions, 'base' | 'signal'> = {}
  ): Promise<RecordedDraft> {
    const target = targetOf('contexts', path, { at: base })
    const context = await this.#http.json<Context>({ method: 'GET', target, signal })
    const draft = new Draft(context)
    change(draft)
    return { base: context.version, operations: draft.operations }
  }
}
