import { expect, test } from "vitest";
import type { Upstream, UpstreamState } from "../../api/types.ts";
import { hostOf, isOut, sortUpstreams, toneOf } from "./upstream-words.ts";

const upstream = (state: UpstreamState, url: string): Upstream => ({
  service: "orders",
  release: "v1",
  url,
  state,
  workers: [{ state, count: 1 }],
  since: null,
  last_error: null,
  open_connections: 0,
  running: null,
  calls: null,
  failures: null,
});

test("what gets no calls stands first, and the rest keeps its order", () => {
  const sorted = sortUpstreams([
    upstream("up", "a"),
    upstream("half-open", "b"),
    upstream("down", "c"),
    upstream("unwatched", "d"),
    upstream("open", "e"),
  ]);
  expect(sorted.map(({ url }) => url).join("")).toBe("cebad");
});

test.each<[UpstreamState, boolean, string | undefined]>([
  ["up", false, undefined],
  ["unwatched", false, "open"],
  ["warming", false, "warn"],
  ["half-open", false, "warn"],
  ["open", true, "bad"],
  ["ejected", true, "bad"],
  ["down", true, "bad"],
])("%s: gets no calls %s, shown %s", (state, out, tone) => {
  expect(isOut(state)).toBe(out);
  expect(toneOf(state)).toBe(tone);
});

test("addresses are named by what tells them apart", () => {
  expect(hostOf("https://10.0.0.1:9001/base")).toBe("10.0.0.1:9001/base");
});
