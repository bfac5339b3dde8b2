// Feedback from the outside: finds the workspace that a site belongs to, and the report that a token opens.
import { Problem, type WorkspaceName } from "@holdfast/base";
import type { FeedbackInput, FeedbackReceipt, FeedbackReport, PlanSite } from "@holdfast/contract";
import type { Services } from "../services.ts";

/** Problem("invalid_input") for an unknown site, Problem("origin_not_allowed") for a page that the site does not list. */
export async function receiveFeedback(
  services: Services,
  input: FeedbackInput,
  origin: string | undefined,
): Promise<FeedbackReceipt> {
  const site = findSite(services.plans.current().sites, input.site, origin);
  const channel = origin === undefined ? "api" : "widget";
  const receipt = await services.feedback.receive(site.workspace, { ...input, site: site.name }, { channel });
  return { ...receipt, token: sealToken(site.workspace, receipt.token) };
}

/** Problem("not_found") for a wrong id and for a wrong token alike. */
export async function reportOf(services: Services, id: string, token: string): Promise<FeedbackReport> {
  const { workspace, secret } = openToken(token);
  const known = services.plans.current().sites.some((site) => site.workspace === workspace);
  if (!known) throw new Problem("not_found", { detail: "There is no report of this id and token." });
  return services.feedback.report(workspace, id, secret);
}

/** Whether any site lists this origin: a browser asks so before it sends, and names no site yet. */
export function isSiteOrigin(services: Services, origin: string): boolean {
  return services.plans.current().sites.some((site) => site.origins.includes(origin));
}

/** A site by its name, or by `workspace/name` where two workspaces use the same name. */
function findSite(sites: readonly PlanSite[], named: string, origin: string | undefined): PlanSite {
  const candidates = sites.filter((site) => site.name === named || `${site.workspace}/${site.name}` === named);
  if (candidates.length === 0) throw refuseSite("no site of this name is declared in the settings");
  const allowed = origin === undefined ? candidates : candidates.filter((site) => site.origins.includes(origin));
  const [site, other] = allowed;
  if (!site) throw new Problem("origin_not_allowed", { detail: `${origin} is not among the origins of ${named}.` });
  if (other) throw refuseSite("several workspaces have a site of this name: write it as workspace/site");
  return site;
}

function refuseSite(message: string): Problem {
  return new Problem("invalid_input", { errors: [{ path: "site", message }] });
}

/** The token says where to look; what it opens is decided by the secret in it. */
function sealToken(workspace: WorkspaceName, secret: string): string {
  return `${workspace}.${secret}`;
}

function openToken(token: string): { workspace: WorkspaceName; secret: string } {
  const at = token.lastIndexOf(".");
  return { workspace: token.slice(0, Math.max(at, 0)), secret: token.slice(at + 1) };
}
