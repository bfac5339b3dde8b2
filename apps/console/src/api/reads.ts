// Every question the console asks, as query options: key and request side by side. Keys are [workspace, topic, …], so that a
// live event can make exactly its topic stale.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, client } from "./client.ts";
import type { CallSearch, FeedbackSearch, IssueSearch, TideSearch } from "./types.ts";

const firstPage = undefined as string | undefined;
const nextOf = (page: { next: string | null }) => page.next ?? undefined;
const from = (cursor: string | undefined) => (cursor === undefined ? {} : { cursor });

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => answer(client.GET("/api/v1/me", { signal })),
  staleTime: 60_000,
});

export const setupQuery = queryOptions({
  queryKey: ["setup"],
  queryFn: ({ signal }) => answer(client.GET("/api/v1/setup", { signal })),
});

export const overviewQuery = (workspace: string) =>
  queryOptions({
    queryKey: [workspace, "overview"],
    queryFn: ({ signal }) =>
      answer(client.GET("/api/v1/workspaces/{workspace}/overview", { params: { path: { workspace } }, signal })),
    refetchInterval: 30_000,
  });

export const tideQuery = (workspace: string, query: TideSearch) =>
  queryOptions({
    queryKey: [workspace, "tide", query],
    queryFn: ({ signal }) =>
      answer(client.GET("/api/v1/workspaces/{workspace}/tide", { params: { path: { workspace }, query }, signal })),
    placeholderData: (before) => before,
    gcTime: 60_000, // a moving window asks a new question every few seconds
  });

export const subjectsQuery = (workspace: string) =>
  queryOptions({
    queryKey: [workspace, "subjects"],
    queryFn: ({ signal }) =>
      answer(client.GET("/api/v1/workspaces/{workspace}/subjects", { params: { path: { workspace } }, signal })),
    select: (page) => page.items,
    refetchInterval: 30_000,
  });

/** What gateway workers see of upstreams changes without an event: it is asked again and again while somebody looks. */
export const upstreamsQuery = (workspace: string) =>
  queryOptions({
    queryKey: [workspace, "upstreams"],
    queryFn: ({ signal }) =>
      answer(client.GET("/api/v1/workspaces/{workspace}/upstreams", { params: { path: { workspace } }, signal })),
    select: (page) => page.items,
    refetchInterval: 5_000,
  });

export const routesQuery = (workspace: string) =>
  queryOptions({
    queryKey: [workspace, "routes"],
    queryFn: ({ signal }) =>
      answer(client.GET("/api/v1/workspaces/{workspace}/routes", { params: { path: { workspace } }, signal })),
    select: (page) => page.items,
    refetchInterval: 30_000,
  });

/** A month of calls is counted for this: no event makes it stale. */
export const callersQuery = (workspace: string, name: string) =>
  queryOptions({
    queryKey: [workspace, "callers", name],
    queryFn: ({ signal }) =>
      answer(
        client.GET("/api/v1/workspaces/{workspace}/routes/{name}/callers", {
          params: { path: { workspace, name } },
          signal,
        }),
      ),
    refetchInterval: 60_000,
  });

export const feedbackQuery = (workspace: string, query: FeedbackSearch) =>
  infiniteQueryOptions({
    queryKey: [workspace, "feedback", "list", query],
    queryFn: ({ signal, pageParam }) =>
      answer(
        client.GET("/api/v1/workspaces/{workspace}/feedback", {
          params: { path: { workspace }, query: { ...query, ...from(pageParam) } },
          signal,
        }),
      ),
    initialPageParam: firstPage,
    getNextPageParam: nextOf,
  });

export const voiceQuery = (workspace: string, id: string) =>
  queryOptions({
    queryKey: [workspace, "feedback", "one", id],
    queryFn: ({ signal }) =>
      answer(
        client.GET("/api/v1/workspaces/{workspace}/feedback/{id}", { params: { path: { workspace, id } }, signal }),
      ),
  });

export const issuesQuery = (workspace: string, query: IssueSearch) =>
  infiniteQueryOptions({
    queryKey: [workspace, "issues", "list", query],
    queryFn: ({ signal, pageParam }) =>
      answer(
        client.GET("/api/v1/workspaces/{workspace}/issues", {
          params: { path: { workspace }, query: { ...query, ...from(pageParam) } },
          signal,
        }),
      ),
    initialPageParam: firstPage,
    getNextPageParam: nextOf,
  });

export const issueQuery = (workspace: string, id: string) =>
  queryOptions({
    queryKey: [workspace, "issues", "one", id],
    queryFn: ({ signal }) =>
      answer(client.GET("/api/v1/workspaces/{workspace}/issues/{id}", { params: { path: { workspace, id } }, signal })),
  });

export const callsQuery = (workspace: string, query: CallSearch) =>
  queryOptions({
    queryKey: [workspace, "calls", "list", query],
    queryFn: ({ signal }) =>
      answer(client.GET("/api/v1/workspaces/{workspace}/calls", { params: { path: { workspace }, query }, signal })),
    placeholderData: (before) => before,
  });

export const callQuery = (workspace: string, id: string) =>
  queryOptions({
    queryKey: [workspace, "calls", "one", id],
    queryFn: ({ signal }) =>
      answer(client.GET("/api/v1/workspaces/{workspace}/calls/{id}", { params: { path: { workspace, id } }, signal })),
  });

export const actionsQuery = (workspace: string) =>
  queryOptions({
    queryKey: [workspace, "actions"],
    queryFn: ({ signal }) =>
      answer(client.GET("/api/v1/workspaces/{workspace}/actions", { params: { path: { workspace } }, signal })),
    select: (page) => page.items,
  });

export const shadowQuery = (workspace: string, subject: string) =>
  queryOptions({
    queryKey: [workspace, "subjects", "shadow", subject],
    queryFn: ({ signal }) =>
      answer(
        client.GET("/api/v1/workspaces/{workspace}/subjects/{subject}/shadow", {
          params: { path: { workspace, subject } },
          signal,
        }),
      ),
    refetchInterval: 30_000,
  });

export const launchesQuery = (workspace: string) =>
  queryOptions({
    queryKey: [workspace, "launches"],
    queryFn: ({ signal }) =>
      answer(client.GET("/api/v1/workspaces/{workspace}/launches", { params: { path: { workspace } }, signal })),
    select: (page) => page.items,
  });

export const settingsQuery = (workspace: string) =>
  queryOptions({
    queryKey: [workspace, "settings"],
    queryFn: ({ signal }) =>
      answer(client.GET("/api/v1/workspaces/{workspace}/settings", { params: { path: { workspace } }, signal })),
  });

export const peopleQuery = (workspace: string) =>
  queryOptions({
    queryKey: [workspace, "people"],
    queryFn: ({ signal }) =>
      answer(client.GET("/api/v1/workspaces/{workspace}/people", { params: { path: { workspace } }, signal })),
    select: (page) => page.items,
    staleTime: 60_000,
  });

export const tokensQuery = (workspace: string) =>
  queryOptions({
    queryKey: [workspace, "tokens"],
    queryFn: ({ signal }) =>
      answer(client.GET("/api/v1/workspaces/{workspace}/tokens", { params: { path: { workspace } }, signal })),
    select: (page) => page.items,
  });

export const auditQuery = (workspace: string) =>
  infiniteQueryOptions({
    queryKey: [workspace, "audit"],
    queryFn: ({ signal, pageParam }) =>
      answer(
        client.GET("/api/v1/workspaces/{workspace}/audit", {
          params: { path: { workspace }, query: from(pageParam) },
          signal,
        }),
      ),
    initialPageParam: firstPage,
    getNextPageParam: nextOf,
  });
