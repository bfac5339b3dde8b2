import { describe, expect, test } from "vitest";
import { NO_CONTROL } from "./cache-control.ts";
import { purgeHere } from "./purge.ts";
import { createCacheStore, type Filling, type Kept, type Place } from "./store.ts";

const place = (url: string, more: Partial<Place> = {}): Place => ({
  workspace: "acme",
  subject: "routes.a",
  url,
  ...more,
});

function kept(bytes: number, more: Partial<Kept> = {}): Kept {
  return {
    status: 200,
    headers: [],
    body: new Uint8Array(bytes),
    control: NO_CONTROL,
    lifetime_ms: 1000,
    initial_age_ms: 0,
    kept_at_ms: 0,
    vary: [],
    vary_key: "",
    tags: [],
    ...more,
  };
}

const KIB = 1024;

describe("room", () => {
  test("what was not used for longest goes first, and what is served counts as used", () => {
    const part = createCacheStore(1024 * KIB).part("acme/routes.a", 40 * KIB);
    const [first, second, third] = [kept(15 * KIB), kept(15 * KIB), kept(15 * KIB)];
    part.put("1", place("h/1"), first, 9);
    part.put("2", place("h/2"), second, 9);
    part.touch(first);
    part.put("3", place("h/3"), third, 9);
    expect(["1", "2", "3"].map((key) => part.shelf(key)?.kept[0])).toEqual([first, undefined, third]);
    expect(part.bytes).toBeLessThanOrEqual(40 * KIB);
  });

  test("what alone is larger than the part is not kept, and pushes nothing out", () => {
    const part = createCacheStore(1024 * KIB).part("p", 10 * KIB);
    const small = kept(KIB);
    part.put("1", place("h/1"), small, 9);
    expect(part.put("2", place("h/2"), kept(10 * KIB), 9)).toBe(false);
    expect(part.shelf("1")?.kept).toEqual([small]);
  });

  test("heads and keys count, not only bodies", () => {
    const store = createCacheStore(1024 * KIB);
    store.part("p", 1024 * KIB).put("k".repeat(500), place("h/1"), kept(0, { headers: ["x", "y".repeat(1000)] }), 9);
    expect(store.bytes()).toBeGreaterThan(3000);
  });

  test("past the worker's share the largest part gives up its oldest, and the books balance", () => {
    const store = createCacheStore(50 * KIB);
    const [large, small] = [store.part("large", 100 * KIB), store.part("small", 100 * KIB)];
    for (const key of ["1", "2"]) large.put(key, place(`h/${key}`), kept(15 * KIB), 9);
    small.put("3", place("h/3"), kept(KIB), 9);
    small.put("4", place("h/4"), kept(15 * KIB), 9);
    small.put("5", place("h/5"), kept(15 * KIB), 9);
    expect(store.bytes()).toBeLessThanOrEqual(50 * KIB);
    expect(large.bytes + small.bytes).toBe(store.bytes());
    store.keepOnly(new Set());
    expect(store.bytes()).toBe(0);
  });

  test("variants are bounded: the oldest goes", () => {
    const part = createCacheStore(1024 * KIB).part("p", 1024 * KIB);
    for (const value of ["a", "b", "c"]) part.put("1", place("h/1"), kept(1, { vary: ["accept"], vary_key: value }), 2);
    expect(part.shelf("1")?.kept.map(({ vary_key }) => vary_key)).toEqual(["b", "c"]);
  });

  test("an answer to the same request takes the other's place, and one's own room", () => {
    const store = createCacheStore(1024 * KIB);
    const part = store.part("p", 1024 * KIB);
    part.put("1", place("h/1"), kept(5 * KIB), 9);
    const before = store.bytes();
    part.put("1", place("h/1"), kept(5 * KIB), 9);
    expect(store.bytes()).toBe(before);
    expect(part.shelf("1")?.kept).toHaveLength(1);
  });

  test("a smaller plan shrinks the part at once", () => {
    const store = createCacheStore(1024 * KIB);
    const part = store.part("p", 100 * KIB);
    for (const key of ["1", "2", "3"]) part.put(key, place(`h/${key}`), kept(20 * KIB), 9);
    store.part("p", 30 * KIB);
    expect(part.bytes).toBeLessThanOrEqual(30 * KIB);
  });
});

describe("purge", () => {
  function filled() {
    const store = createCacheStore(1024 * KIB);
    const a = store.part("acme/routes.a", 512 * KIB);
    a.put("1", place("h.example/a?x=1"), kept(1, { tags: ["red"] }), 9);
    a.put("2", place("h.example/a/b"), kept(1, { tags: ["blue", "red"] }), 9);
    const b = store.part("acme/routes.b", 512 * KIB);
    b.put("1", place("h.example/a?x=1", { subject: "routes.b" }), kept(1), 9);
    const other = store.part("other/routes.a", 512 * KIB);
    other.put("1", place("h.example/a?x=1", { workspace: "other" }), kept(1, { tags: ["red"] }), 9);
    return store;
  }

  test.each([
    ["an address, on every route of the workspace", { url: "h.example/a?x=1" }, 2],
    ["with scheme, port and spelling of its own", { url: "https://H.example:443/%61?x=1" }, 2],
    ["another query is another address", { url: "h.example/a?x=2" }, 0],
    ["everything that begins so", { url: "h.example/a*" }, 3],
    ["what cannot be an address", { url: "h.example/a/../b" }, 0],
    ["a tag", { tag: "red" }, 2],
    ["a route", { subject: "routes.a" }, 2],
    ["a tag of one route", { subject: "routes.b", tag: "red" }, 0],
    ["all of the workspace", {}, 3],
  ])("%s", (_, purge, gone) => {
    const store = filled();
    expect(purgeHere(store, { workspace: "acme", ...purge })).toBe(gone);
    expect(purgeHere(store, { workspace: "acme" })).toBe(3 - gone);
    expect(purgeHere(store, { workspace: "other" })).toBe(1);
    expect(store.bytes()).toBe(0);
  });

  test("bars what is on its way: by address at once, by tag when its tags are known", () => {
    const store = createCacheStore(KIB);
    const barred: (string | undefined)[] = [];
    const filling = (url: string, tags: string[] | undefined): Filling => ({
      place: place(url),
      tags: () => tags,
      bar: (tag) => void barred.push(`${url} ${tag ?? "all"}`),
    });
    const stops = [filling("h/1", undefined), filling("h/2", ["red"]), filling("h/3", ["blue"])].map((one) =>
      store.fills(one),
    );
    store.purge({ workspace: "acme", tag: "red" });
    expect(barred.splice(0)).toEqual(["h/1 red", "h/2 all"]);
    store.purge({ workspace: "acme", url: "h/3" });
    expect(barred.splice(0)).toEqual(["h/3 all"]);
    store.purge({ workspace: "other" });
    for (const stop of stops) stop();
    store.purge({ workspace: "acme" });
    expect(barred).toEqual([]);
  });
});
