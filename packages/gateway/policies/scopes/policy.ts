// What the caller's credentials have to allow: every scope that the subject names.
import { BEARER_CHALLENGE } from "../../identity/scheme.ts";
import { definePolicy, type Refusal } from "../policy.ts";

export const scopes = definePolicy({
  id: "scopes",
  about: {
    title: "Scopes",
    settings: ["access"],
    guide: "access.md#scopes-and-subscriptions",
    elsewhere: {
      kong: "acl, openid-connect (scopes_required)",
      envoy: "rbac, jwt_authn requirements",
      nginx: "auth_jwt_require",
    },
  },
  prepare({ access }) {
    if (typeof access === "string" || access.scopes.length === 0) return undefined;
    const needed = access.scopes;
    return {
      admit({ scopes }) {
        const missing = needed.filter((scope) => !scopes.includes(scope));
        return missing.length === 0 ? undefined : insufficient(missing, needed);
      },
    };
  },
});

/** RFC 6750 section 3.1. Scopes have no quotes (RFC 6749 section 3.3). */
function insufficient(missing: string[], needed: readonly string[]): Refusal {
  return {
    code: "insufficient_scope",
    detail: `The credentials lack ${missing.join(", ")}.`,
    headers: ["www-authenticate", `${BEARER_CHALLENGE}, error="insufficient_scope", scope="${needed.join(" ")}"`],
  };
}
