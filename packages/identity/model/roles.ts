// The three roles and what follows from them.
import type { Role } from "@holdfast/contract";

/** From the least to the most; each role may do all that the one before it may. */
const RANKS: Record<Role, number> = { viewer: 1, operator: 2, admin: 3 };

/** Whether somebody with this role, or with none, may do what needs `needed`. */
export function roleAllows(role: Role | undefined, needed: Role): boolean {
  return role !== undefined && RANKS[role] >= RANKS[needed];
}

/** A workspace without an admin could be changed by nobody. `to` is undefined when the person leaves. */
export function leavesNoAdmin(change: { from: Role; to: Role | undefined; admins: number }): boolean {
  return change.from === "admin" && change.to !== "admin" && change.admins <= 1;
}
