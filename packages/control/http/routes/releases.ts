// Promotions and their controls, and what a shadow answered beside what clients got.
import { Problem } from "@holdfast/base";
import { PageQuery, Promotion, PromotionInput, pageOf, ShadowQuery, ShadowSummary } from "@holdfast/contract";
import type { Services } from "../../services.ts";
import { defineRoute, type Route } from "../route.ts";

const HOUR_MS = 3_600_000;

const listPromotions = defineRoute({
  method: "get",
  path: "/api/v1/workspaces/{workspace}/promotions",
  access: "viewer",
  summary: "The newest promotion of each subject, on its way or ended",
  query: PageQuery,
  shows: pageOf(Promotion),
  run: async ({ services, params }) => ({ items: await services.promotions.latest(params.workspace), next: null }),
});

const commandPromotion = defineRoute({
  method: "post",
  path: "/api/v1/workspaces/{workspace}/subjects/{subject}/promotion",
  access: "operator",
  summary: "Start, pause, resume, skip a step of, or abort the promotion that a subject's settings declare",
  body: PromotionInput,
  shows: Promotion,
  run: ({ services, params, body, who }) =>
    services.promotions.command(params.workspace, params.subject, body, who.actor),
});

const readShadow = defineRoute({
  method: "get",
  path: "/api/v1/workspaces/{workspace}/subjects/{subject}/shadow",
  access: "viewer",
  summary: "Answers of a subject's shadow beside those that clients got, by pair of releases",
  query: ShadowQuery,
  shows: ShadowSummary,
  run: async ({ services, params: { workspace, subject }, query }) => {
    mustBeThere(services, workspace, subject);
    const until = query.until ?? services.clock.now();
    const window = { from: query.from ?? until - HOUR_MS, until };
    return { subject, ...window, ...(await services.calls.shadows(workspace, { ...window, subject })) };
  },
});

function mustBeThere({ plans }: Services, workspace: string, subject: string): void {
  if (!plans.subject(workspace, subject))
    throw new Problem("not_found", { detail: `There is no ${subject} in the plan.` });
}

export const releaseRoutes: Route[] = [listPromotions, commandPromotion, readShadow];
