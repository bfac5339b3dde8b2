// Every address of the console. Pages are loaded when they are first opened; filters and open items are part of the address.
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { meQuery, setupQuery } from "./api/reads.ts";
import { readCallsSearch } from "./pages/calls/search.ts";
import { NotFoundPage } from "./pages/door/not-found-page.tsx";
import { readInboxSearch } from "./pages/inbox/search.ts";
import { readIssuesSearch } from "./pages/issues/search.ts";
import { readSettingsSearch } from "./pages/settings/search.ts";
import { Shell } from "./shell/shell.tsx";

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

const root = createRootRouteWithContext<{ queries: QueryClient }>()({ notFoundComponent: NotFoundPage });

/** Where somebody lands: setup if nobody was here yet, else the workspace they were in last. */
const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  async beforeLoad({ context }) {
    const me = await context.queries.ensureQueryData(meQuery).catch(() => undefined);
    if (!me) {
      const setup = await context.queries.ensureQueryData(setupQuery).catch(() => undefined);
      throw setup?.done === false
        ? redirect({ to: "/setup", search: { token: undefined } })
        : redirect({ to: "/sign-in" });
    }
    const [first] = me.workspaces;
    throw first
      ? redirect({ to: "/w/$workspace", params: { workspace: first.name } })
      : redirect({ to: "/no-workspace" });
  },
});

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  validateSearch: (search: Record<string, unknown>) => ({ token: text(search.token) }),
  component: lazyRouteComponent(() => import("./pages/door/setup-page.tsx"), "SetupPage"),
});
const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  component: lazyRouteComponent(() => import("./pages/door/sign-in-page.tsx"), "SignInPage"),
});
const password = createRoute({
  getParentRoute: () => root,
  path: "/password",
  validateSearch: (search: Record<string, unknown>) => ({ token: text(search.token) }),
  component: lazyRouteComponent(() => import("./pages/door/password-page.tsx"), "PasswordPage"),
});
const noWorkspace = createRoute({
  getParentRoute: () => root,
  path: "/no-workspace",
  component: lazyRouteComponent(() => import("./pages/door/no-workspace-page.tsx"), "NoWorkspacePage"),
});

const workspace = createRoute({ getParentRoute: () => root, path: "/w/$workspace", component: Shell });

const now = createRoute({
  getParentRoute: () => workspace,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/now/now-page.tsx"), "NowPage"),
});
const inbox = createRoute({
  getParentRoute: () => workspace,
  path: "/inbox",
  validateSearch: readInboxSearch,
  component: lazyRouteComponent(() => import("./pages/inbox/inbox-page.tsx"), "InboxPage"),
});
const issues = createRoute({
  getParentRoute: () => workspace,
  path: "/issues",
  validateSearch: readIssuesSearch,
  component: lazyRouteComponent(() => import("./pages/issues/issues-page.tsx"), "IssuesPage"),
});
const issue = createRoute({
  getParentRoute: () => workspace,
  path: "/issues/$id",
  component: lazyRouteComponent(() => import("./pages/issues/issue-page.tsx"), "IssuePage"),
});
const calls = createRoute({
  getParentRoute: () => workspace,
  path: "/calls",
  validateSearch: readCallsSearch,
  component: lazyRouteComponent(() => import("./pages/calls/calls-page.tsx"), "CallsPage"),
});
const call = createRoute({
  getParentRoute: () => workspace,
  path: "/calls/$id",
  component: lazyRouteComponent(() => import("./pages/calls/call-page.tsx"), "CallPage"),
});
const releases = createRoute({
  getParentRoute: () => workspace,
  path: "/releases",
  validateSearch: (search: Record<string, unknown>): { subject?: string | undefined } => ({
    subject: text(search.subject),
  }),
  component: lazyRouteComponent(() => import("./pages/releases/releases-page.tsx"), "ReleasesPage"),
});
const gatewayRoutes = createRoute({
  getParentRoute: () => workspace,
  path: "/routes",
  validateSearch: (search: Record<string, unknown>): { route?: string | undefined } => ({ route: text(search.route) }),
  component: lazyRouteComponent(() => import("./pages/routes/routes-page.tsx"), "RoutesPage"),
});
const upstreams = createRoute({
  getParentRoute: () => workspace,
  path: "/upstreams",
  component: lazyRouteComponent(() => import("./pages/upstreams/upstreams-page.tsx"), "UpstreamsPage"),
});
const launch = createRoute({
  getParentRoute: () => workspace,
  path: "/launch",
  validateSearch: (search: Record<string, unknown>): { id?: string | undefined } => ({ id: text(search.id) }),
  component: lazyRouteComponent(() => import("./pages/launch/launch-page.tsx"), "LaunchPage"),
});
const settings = createRoute({
  getParentRoute: () => workspace,
  path: "/settings",
  validateSearch: readSettingsSearch,
  component: lazyRouteComponent(() => import("./pages/settings/settings-page.tsx"), "SettingsPage"),
});

const tree = root.addChildren([
  home,
  setup,
  signIn,
  password,
  noWorkspace,
  workspace.addChildren([now, inbox, issues, issue, calls, call, releases, gatewayRoutes, upstreams, launch, settings]),
]);

export const router = createRouter({
  routeTree: tree,
  context: { queries: undefined as unknown as QueryClient }, // given by RouterProvider
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
