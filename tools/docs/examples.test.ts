// Settings that the written pages show are taken as they stand. What an example only names is supplied here: services, providers,
// secrets, files; and the rest of a route where it shows a part of one, which is indented. README.md's file is started as it is by
// tests/stories/readme.test.ts.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ok } from "@holdfast/base";
import { checkSettings, type SecretResolver } from "@holdfast/control";
import { policies } from "@holdfast/gateway";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { authority } from "../../tests/gateway/certificates.ts";
import { exampleOf } from "./policies.ts";

const ROOT = join(import.meta.dirname, "../..");
const PAIR = authority("examples").issue({ name: "example", hosts: ["shop.example.com", "*.shop.example.com"] });

type Example = {
  services?: Record<string, unknown>;
  providers?: Record<string, unknown>;
  routes?: Record<string, object>;
};

const V1 = { v1: { upstreams: ["http://127.0.0.1:9001"] } };
const V2 = { v2: { upstreams: ["http://127.0.0.1:9002"] } };
const ROUTE = { match: { path: "/orders/**" }, to: "orders", access: "api-key" };
const PROVIDERS = { local: { kind: "openai-compatible", url: "http://127.0.0.1:11434/v1" } };
const DOCUMENTS: readonly [end: string, text: string][] = [
  [
    ".openapi.yaml",
    'openapi: 3.1.0\ninfo: { title: x, version: "1" }\npaths: { /orders: { get: { responses: { "200": { description: ok } } } } }',
  ],
  [".schema.json", '{ "type": "object" }'],
];

const SECRETS: SecretResolver = {
  env: (name) => ok(`${name}-0123456789abcdef0123456789abcdef`),
  file: (path) => ok(/key/.test(path) ? PAIR.key : PAIR.certificate),
  document: (path) => ok(DOCUMENTS.find(([end]) => path.endsWith(end))?.[1] ?? ""),
};

async function problemsOf(text: string): Promise<string[]> {
  const several = /^ +(split|shadow|promote):/m.test(text);
  const route = several ? { ...ROUTE, split: { v1: "100%" } } : ROUTE;
  const example: Example = /^\s/.test(text) ? { routes: { orders: { ...route, ...parse(text) } } } : parse(text);
  const service = { releases: several ? { ...V1, ...V2 } : V1 };
  const services = Object.fromEntries(servicesNamedIn(example.routes).map((name) => [name, service]));
  const whole = {
    holdfast: 1,
    ...example,
    services: { ...services, ...example.services },
    providers: { ...PROVIDERS, ...example.providers },
  };
  const checked = await checkSettings(stringify(whole), { secrets: () => SECRETS, provider_urls: {} });
  return checked.ok ? [] : checked.error.map(({ path, message }) => `${path}: ${message}`);
}

/** Of routes, and of the steps of those that are composed. */
function servicesNamedIn(routes: Example["routes"] = {}): string[] {
  const steps = (of: object) =>
    Object.values((of as { compose?: { steps?: Record<string, object> } }).compose?.steps ?? {});
  const places = Object.values(routes).flatMap((each) => [each, ...steps(each)]) as { to?: string }[];
  return places.flatMap(({ to }) => to ?? []);
}

const shown = globSync("docs/*.md", { cwd: ROOT }).flatMap((page) =>
  [...readFileSync(join(ROOT, page), "utf8").matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text = ""], index) => ({
    name: `settings that ${page} shows, ${index + 1}`,
    text,
  })),
);

test("what pages show is found, and what is wrong with it", async () => {
  expect(shown.length).toBeGreaterThan(20);
  expect(await problemsOf("    cros: { origins: [https://shop.example.com] }")).toEqual([
    expect.stringContaining("cros: is not a known setting"),
  ]);
});

test.each(shown)("$name", async ({ text }) => {
  expect(await problemsOf(text)).toEqual([]);
});

describe.each([...policies])("the example of policy $id", ({ id, about }) => {
  test("is taken", async () => {
    expect(await problemsOf(exampleOf(id))).toEqual([]);
  });

  test("says something that the policy reads", () => {
    const example = parse(exampleOf(id)) as Example;
    const places = [...Object.values(example.routes ?? {}), example];
    const said = (key: string) => places.some((place) => key.split(".").reduce<unknown>(below, place) !== undefined);
    expect(about.settings.filter(said)).not.toEqual([]);
  });
});

function below(value: unknown, key: string): unknown {
  return (value as Record<string, unknown> | undefined)?.[key];
}
