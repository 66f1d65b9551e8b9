/** Each includes the ones before it. The number that stands for a role is its place; new ones take a new format. */
export const ROLES = ['read', 'write', 'admin'] as const

export type Role = (typeof ROLES)[number]

/** Whether who has `role` may do what takes `needed`. */
export function roleIncludes(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed)
}
