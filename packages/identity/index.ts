// Who somebody is and what they may do: people, roles, sessions, tokens, and the trail of their changes.
export {
  createIdentity,
  type Identity,
  type IdentityOptions,
  type Origin,
  type SignedIn,
} from "./identity.ts";
export type { Membership, Principal } from "./model/principal.ts";
export { roleAllows } from "./model/roles.ts";
export * from "./ports.ts";
