// One stream per open console: what changed, so that pages read it again.

import { LiveEvent } from "@holdfast/contract";
import { openLiveStream } from "../live-stream.ts";
import { defineRoute, type Route } from "../route.ts";

const followLive = defineRoute({
  method: "get",
  path: "/api/v1/workspaces/{workspace}/live",
  access: "viewer",
  summary: "Server-sent events named `changed` (LiveEvent as JSON); a comment every 15 seconds keeps it open",
  shows: { content_type: "text/event-stream", of: LiveEvent },
  run: async ({ services, params, headers }) => openLiveStream(services, params.workspace, headers),
});

export const liveRoutes: Route[] = [followLive];
