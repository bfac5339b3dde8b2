// What is said of a route in few words. Pure.
import type { RouteView } from "../../api/types.ts";
import type { Tone } from "../../parts/chip.tsx";

type Serving = RouteView["serving"];

/** Undefined: what is as it should be needs no colour. */
export function toneOf(serving: Serving): Tone | undefined {
  if (serving === "served") return undefined;
  if (serving === "draft") return "open";
  if (serving === "retired") return "plain";
  return serving === "disabled" ? "bad" : "warn";
}

/** A person may have to do something about it, or wait for it. */
export function isClosed({ serving }: Pick<RouteView, "serving">): boolean {
  return serving === "disabled" || serving === "maintenance" || serving === "brown_out";
}

/** The first host and path as one address; any host is a star. */
export function addressOf({ hosts, paths }: Pick<RouteView, "hosts" | "paths">): string {
  return `${hosts[0] ?? ""}${paths[0] ?? ""}`;
}

/** Hosts and paths beside the first ones. */
export function furtherOf({ hosts, paths }: Pick<RouteView, "hosts" | "paths">): number {
  return Math.max(0, hosts.length - 1) + Math.max(0, paths.length - 1);
}
