// People, tokens, workspaces, and the trail of what they did.
import { z } from "zod";
import { Actor, Instant, Role } from "./common.ts";

export const SetupState = z.object({ done: z.boolean() });
export const SetupInput = z.strictObject({
  token: z.string().min(1).max(200),
  name: z.string().trim().min(1).max(200),
  email: z.email().max(320),
  password: z.string().min(12, "use at least 12 characters").max(200),
});
export const SignInInput = z.strictObject({ email: z.email().max(320), password: z.string().min(1).max(200) });

/** Sets a password with the one-time link that an admin handed over. */
export const PasswordInput = z.strictObject({
  token: z.string().min(1).max(200),
  password: z.string().min(12, "use at least 12 characters").max(200),
});

export const Me = z.object({
  kind: z.enum(["person", "token"]),
  id: z.string().nullable(),
  name: z.string(),
  email: z.string().nullable(),
  workspaces: z.array(z.object({ name: z.string(), role: Role })),
});
export type Me = z.infer<typeof Me>;

export const Workspace = z.object({ name: z.string(), created_at: Instant });
export type Workspace = z.infer<typeof Workspace>;

export const WorkspaceInput = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9-]{0,39}$/,
      "use 1 to 40 lower-case letters, digits or dashes, beginning with a letter or digit",
    ),
});

export const Person = z.object({ id: z.string(), name: z.string(), email: z.string(), role: Role, added_at: Instant });
export type Person = z.infer<typeof Person>;
/** A new person gets a one-time link to set a password; it is shown to the admin who added them. */
export const PersonInput = z.strictObject({
  name: z.string().trim().min(1).max(200),
  email: z.email().max(320),
  role: Role,
});
/** `password_link` works once and is shown once; null when the person already has a password. */
export const PersonAdded = z.object({ person: Person, password_link: z.string().nullable() });
export const PersonPatch = z.strictObject({ role: Role });

export const ApiToken = z.object({
  id: z.string(),
  name: z.string(),
  role: Role,
  created_at: Instant,
  expires_at: Instant.nullable(),
  last_used_at: Instant.nullable(),
  revoked_at: Instant.nullable(),
});
export type ApiToken = z.infer<typeof ApiToken>;
export const ApiTokenInput = z.strictObject({
  name: z.string().trim().min(1).max(100),
  role: Role,
  expires_at: Instant.nullable().default(null),
});
/** `secret` is shown once. */
export const ApiTokenIssued = z.object({ token: ApiToken, secret: z.string() });

export const AuditEntry = z.object({
  id: z.string(),
  at: Instant,
  actor: Actor,
  what: z.string().describe("verb.object: issue.update, traffic.shift, settings.apply"),
  target: z.string(),
  detail: z.record(z.string(), z.unknown()),
});
export type AuditEntry = z.infer<typeof AuditEntry>;
