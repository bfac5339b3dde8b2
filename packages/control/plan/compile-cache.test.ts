// What of a route's cache settings is refused, and what becomes of the rest.
import { ok } from "@holdfast/base";
import { expect, test } from "vitest";
import { compileSection } from "./compile-section.ts";
import { pathText } from "./problem.ts";
import { readSettings } from "./read-settings.ts";

const secrets = () => ({ env: (name: string) => ok(name), file: (path: string) => ok(path) });

function routeWith(cache: string, more = "") {
  const text = `holdfast: 1
services: { orders: { releases: { v1: { upstreams: [http://127.0.0.1:9001] } } } }
routes: { orders: { match: { path: /orders/** ${more} }, to: orders, access: public, cache: ${cache} } }
`;
  const read = readSettings(text, { secrets, workspace: "acme" });
  if (!read.ok) return { problems: read.error.map(({ path, message }) => `${path}: ${message}`), cache: undefined };
  const { section, problems } = compileSection(read.value.settings, {});
  return {
    problems: problems.map(({ path, message }) => `${pathText(path)}: ${message}`),
    cache: section.routes[0]?.cache,
  };
}

test("defaults keep to the RFC: nothing is served past its time, and silence is not kept", () => {
  const { problems, cache } = routeWith("{}");
  expect(problems).toEqual([]);
  expect(cache).toMatchObject({
    honour: "rfc9111",
    most: 64 * 1024 * 1024,
    heuristic: "off",
    client_directives: "obey",
  });
  expect(cache).not.toHaveProperty("when_silent");
  expect(cache).not.toHaveProperty("stale_if_error");
  expect(cache).not.toHaveProperty("stale_while_revalidate");
});

test("a composition has nothing to keep", () => {
  const text = `holdfast: 1
services: { orders: { releases: { v1: { upstreams: [http://127.0.0.1:9001] } } } }
routes:
  both: { match: { path: /both }, compose: { steps: { one: { to: orders, path: /one } }, result: "one" }, access: public, cache: {} }
`;
  const read = readSettings(text, { secrets, workspace: "acme" });
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  const { problems } = compileSection(read.value.settings, {});
  const said = problems.map(({ path, message }) => `${pathText(path)}: ${message}`);
  expect(said).toContainEqual(expect.stringContaining("routes.both.cache: has nothing to keep"));
});

test("quantities are read with their units, names in lower case", () => {
  const { cache } = routeWith(
    "{ most: 10MiB, when_silent: 30s, key: { query: { ignore: [utm_*] }, headers: [X-Region] } }",
  );
  expect(cache).toMatchObject({ most: 10 * 1024 * 1024, when_silent: 30_000, key: { headers: ["x-region"] } });
});

test("an answer may take up a small cache whole, and 4MiB of a large one", () => {
  const largest = (cache: string) => routeWith(cache).cache?.entry_most;
  expect([largest("{ most: 1MiB }"), largest("{}"), largest("{ entry_most: 8MiB }")]).toEqual(
    [1, 4, 8].map((mib) => mib * 1024 * 1024),
  );
});

test.each([
  ["{ most: 1MiB, entry_most: 2MiB }", "", "is larger than `most`"],
  ["{ most: 64 }", "", "cache.most"],
  ["{ honour: everything }", "", "cache.honour"],
  ["{ ttl: 30s }", "", "ttl"],
  ["{ collapse_wait: 10m }", "", "at most 60s"],
  ["{ key: { headers: [Authorization] } }", "", "different for everybody"],
  ["{ key: { query: { ignore: [a&b] } } }", "", "query"],
  ["{}", ", methods: [POST]", "neither GET nor HEAD"],
])("%s%s is refused", (cache, more, says) => {
  expect(routeWith(cache, more).problems.join("\n")).toContain(says);
});
