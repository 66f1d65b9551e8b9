import type { ContextPath, JsonValue } from '@hcfs/core'

export interface PresentMember {
  readonly id: string
  present(path: ContextPath, members: readonly { readonly member: string; readonly state: JsonValue }[]): void
}

/** Who says to be at which path. Each who is there is told of all whenever somebody comes, changes or goes. */
export class PresenceRooms {
  readonly #rooms = new Map<ContextPath, Map<PresentMember, JsonValue>>()

  /** `null` goes away. */
  set(path: ContextPath, member: PresentMember, state: JsonValue): void {
    const room = this.#rooms.get(path) ?? new Map<PresentMember, JsonValue>()
    if (state === null) room.delete(member)
    else room.set(member, state)
    if (room.size === 0) this.#rooms.delete(path)
    else this.#rooms.set(path, room)
    this.#tell(path, room)
  }

  leave(member: PresentMember): void {
    for (const [path, room] of this.#rooms) if (room.has(member)) this.set(path, member, null)
  }

  #tell(path: ContextPath, room: ReadonlyMap<PresentMember, JsonValue>): void {
    const members = [...room].map(([{ id }, state]) => ({ member: id, state }))
    for (const each of room.keys()) each.present(path, members)
  }
}
