// Roles, the weakest first; each may do all that the one before it may.
import type { Role } from "../../api/types.ts";

export const roles: readonly Role[] = ["viewer", "operator", "admin"];
