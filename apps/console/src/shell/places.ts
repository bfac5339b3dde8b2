// The pages there are, in the order of the navigation. A page that does not exist does not stand here.
import type { Overview } from "../api/types.ts";

type PlaceName = "now" | "inbox" | "issues" | "launch" | "calls" | "releases" | "routes" | "upstreams" | "settings";

export type Place = {
  name: PlaceName;
  to:
    | "/w/$workspace"
    | "/w/$workspace/inbox"
    | "/w/$workspace/issues"
    | "/w/$workspace/launch"
    | "/w/$workspace/calls"
    | "/w/$workspace/releases"
    | "/w/$workspace/routes"
    | "/w/$workspace/upstreams"
    | "/w/$workspace/settings";
  /** Second half of the key that leads there; the first is `g`. */
  key: string;
  count?: (overview: Overview) => number;
};

export type PlaceGroup = { title?: "traffic" | "workspace"; places: Place[] };

export const placeGroups: readonly PlaceGroup[] = [
  {
    places: [
      { name: "now", to: "/w/$workspace", key: "n" },
      { name: "inbox", to: "/w/$workspace/inbox", key: "i", count: (overview) => overview.counts.inbox },
      { name: "issues", to: "/w/$workspace/issues", key: "s", count: (overview) => overview.counts.issues },
      { name: "launch", to: "/w/$workspace/launch", key: "l" },
    ],
  },
  {
    title: "traffic",
    places: [
      { name: "calls", to: "/w/$workspace/calls", key: "c" },
      { name: "releases", to: "/w/$workspace/releases", key: "r" },
      { name: "routes", to: "/w/$workspace/routes", key: "o" },
      { name: "upstreams", to: "/w/$workspace/upstreams", key: "u" },
    ],
  },
  { title: "workspace", places: [{ name: "settings", to: "/w/$workspace/settings", key: "e" }] },
];

export const places: readonly Place[] = placeGroups.flatMap((group) => group.places);
