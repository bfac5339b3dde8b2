// The door: who asks, whether they belong to the workspace, and whether their role is enough. Runs before anything of the
// request is parsed.
import { Problem } from "@holdfast/base";
import { type Principal, roleAllows } from "@holdfast/identity";
import type { Services } from "../services.ts";
import type { Route } from "./route.ts";

/**
 * The principal of an admitted request; undefined where anyone may ask. Problem("credentials_missing" or
 * "credentials_invalid") without a valid identity, "not_found" outside the workspace, "forbidden" with too low a role or from
 * a foreign page.
 */
export async function admit(
  { identity }: Pick<Services, "identity">,
  route: Pick<Route, "method" | "access">,
  request: { headers: Headers; workspace: string | undefined },
): Promise<Principal | undefined> {
  const { headers, workspace } = request;
  if (route.access === "public") return undefined;
  if (route.access === "anyone") {
    if (changes(route) && isOwnPage(headers) === false) throw foreignPage();
    return undefined;
  }
  const who = await identity.authenticate(headers);
  if (!who) throw new Problem(carriesCredentials(headers) ? "credentials_invalid" : "credentials_missing");
  if (route.access !== "signed-in") {
    const role = workspace === undefined ? undefined : who.roleIn(workspace);
    if (!role) throw new Problem("not_found", { detail: "There is no such workspace for you." });
    if (!roleAllows(role, route.access))
      throw new Problem("forbidden", { detail: `This needs the role ${route.access}; yours is ${role}.` });
  }
  // A browser sends cookies along with what a foreign page asks for; an Authorization header is never sent by itself.
  if (changes(route) && who.kind === "person" && isOwnPage(headers) !== true) throw foreignPage();
  return who;
}

function carriesCredentials(headers: Headers): boolean {
  return headers.has("authorization") || headers.has("cookie");
}

function changes({ method }: Pick<Route, "method">): boolean {
  return method !== "get";
}

/** Whether a page of ours makes this request; undefined when it says nothing about its page, as no browser does. */
function isOwnPage(headers: Headers): boolean | undefined {
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin";
  const origin = headers.get("origin");
  if (origin === null) return undefined;
  // The scheme is left out: a proxy in front may speak TLS for us.
  return URL.canParse(origin) && new URL(origin).host === headers.get("host");
}

function foreignPage(): Problem {
  return new Problem("forbidden", { detail: "Changes are accepted from the console's own pages only." });
}
