// Every route of the product, listed by hand. A route that is not here does not exist.
import type { Route } from "./route.ts";
import { auditRoutes } from "./routes/audit.ts";
import { cacheRoutes } from "./routes/cache.ts";
import { callerRoutes } from "./routes/callers.ts";
import { callRoutes } from "./routes/calls.ts";
import { feedbackRoutes } from "./routes/feedback.ts";
import { issueRoutes } from "./routes/issues.ts";
import { launchRoutes } from "./routes/launches.ts";
import { liveRoutes } from "./routes/live.ts";
import { operationRoutes } from "./routes/operations.ts";
import { overviewRoutes } from "./routes/overview.ts";
import { peopleRoutes } from "./routes/people.ts";
import { publicFeedbackRoutes } from "./routes/public-feedback.ts";
import { releaseRoutes } from "./routes/releases.ts";
import { gatewayRoutes } from "./routes/routes.ts";
import { sessionRoutes } from "./routes/session.ts";
import { settingsRoutes } from "./routes/settings.ts";
import { tokenRoutes } from "./routes/tokens.ts";
import { upstreamRoutes } from "./routes/upstreams.ts";
import { workspaceRoutes } from "./routes/workspaces.ts";

/** On the control port. */
export const controlRoutes: readonly Route[] = [
  ...sessionRoutes,
  ...workspaceRoutes,
  ...overviewRoutes,
  ...liveRoutes,
  ...callRoutes,
  ...feedbackRoutes,
  ...issueRoutes,
  ...operationRoutes,
  ...gatewayRoutes,
  ...callerRoutes,
  ...releaseRoutes,
  ...upstreamRoutes,
  ...cacheRoutes,
  ...launchRoutes,
  ...settingsRoutes,
  ...peopleRoutes,
  ...tokenRoutes,
  ...auditRoutes,
];

/** On the public port. */
export const publicRoutes: readonly Route[] = publicFeedbackRoutes;
