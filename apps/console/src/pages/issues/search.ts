// The list's filters in its address.
const states = ["open", "closed", "all"] as const;

export type IssuesSearch = { state?: (typeof states)[number] | undefined; owner?: string | undefined };

export const issueStates: readonly (typeof states)[number][] = states;

export function readIssuesSearch(search: Record<string, unknown>): IssuesSearch {
  return {
    state: states.find((state) => state === search.state),
    owner: typeof search.owner === "string" && search.owner !== "" ? search.owner : undefined,
  };
}
