import type { JsonObject, JsonValue, ReceiptData } from '@hcfs/core'
import type { ToolAnswer, ToolCall } from '../tools/tool.ts'

/** Any plain data as JSON: what is undefined is left out. */
export function jsonOf<Value extends object>(value: Value): Value extends readonly unknown[] ? JsonValue[] : JsonObject
export function jsonOf(value: object): unknown {
  return JSON.parse(JSON.stringify(value))
}

export function answer(data: Readonly<Record<string, JsonValue>>): ToolAnswer {
  return { text: JSON.stringify(data), data }
}

/** What a write gives: where, which version, and what of others stands beside it. */
export function written(receipt: ReceiptData, { trail }: ToolCall, more: JsonObject = {}): ToolAnswer {
  trail.wrote(receipt.token)
  const { path, version, commit, merged, durable } = receipt
  return answer({
    path,
    version,
    changed: commit !== undefined,
    ...(durable !== 'disk' && { durable }),
    ...(merged !== undefined && {
      merged: `Others had changed ${merged.parts.join(', ')} since the version you read; both changes are kept. Read it again to see the result.`
    }),
    ...more
  })
}
