// The gateway's caches: what somebody knows to be outdated is cleared in every worker.
import { Problem } from "@holdfast/base";
import { Purged, PurgeInput } from "@holdfast/contract";
import { defineRoute, type Route } from "../route.ts";

const purgeCache = defineRoute({
  method: "post",
  path: "/api/v1/workspaces/{workspace}/cache/purge",
  access: "operator",
  summary: "Clear kept answers by address, tag or route; answered when every gateway worker of every node has",
  body: PurgeInput,
  shows: Purged,
  async run({ services, params: { workspace }, body, who }) {
    const { url, tag, route } = body;
    const { told, ...purged } = await services.gateway.purge({
      workspace,
      ...(url === undefined ? {} : { url }),
      ...(tag === undefined ? {} : { tag }),
      ...(route === undefined ? {} : { subject: `routes.${route}` }),
    });
    await services.transact(workspace, ({ audit }) =>
      audit.add({
        id: services.ids(),
        at: services.clock.now(),
        actor: who.actor,
        what: "cache.purge",
        target: route === undefined ? "cache" : `routes.${route}`,
        detail: { ...body, ...purged, ...(told ? {} : { told }) },
      }),
    );
    if (told) return purged;
    const detail = `Here ${purged.answers} kept answers went; the other nodes may still keep theirs.`;
    throw new Problem("nodes_unreachable", { detail });
  },
});

export const cacheRoutes: Route[] = [purgeCache];
