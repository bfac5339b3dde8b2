import { expect, test } from "vitest";
import { checkSettings } from "./check-settings.ts";

const secrets = () => ({ env: () => undefined, file: () => undefined }) as never;

async function problemsOf(text: string): Promise<string[]> {
  const checked = await checkSettings(`holdfast: 1\n${text}`, { secrets, provider_urls: {} });
  return checked.ok ? [] : checked.error.map(({ path, message }) => `${path}: ${message}`);
}

const SHOP = "services: { shop: { releases: { v1: { upstreams: [http://127.0.0.1:1] } } } }\n";

test("what is wrong inside objects and between them is told at once", async () => {
  expect(
    await problemsOf(`${SHOP}routes:
  orders: { match: { path: /orders/** }, to: shopp }
  items: { match: { path: /items/** }, to: shop, access: publik }
  carts: { match: { path: /carts/** }, to: shop, access: public, split: { v2: 100% } }
  more: { match: { path: /more }, to: shop }
  again: { match: { path: /more }, to: shop, access: public }
launches:
  spring: { scope: { routes: [nowhere] }, window: { from: 2026-12-01T09:00Z, until: 2026-12-02T09:00Z } }`),
  ).toEqual([
    expect.stringMatching(/^routes\.orders\.access: /),
    "routes.orders.to: there is no service shopp",
    expect.stringMatching(/^routes\.items\.access: /),
    "routes.carts.split.v2: there is no release v2",
    expect.stringMatching(/^routes\.more\.access: /),
    "routes.again.match: matches the same requests as routes.more.match",
    "launches.spring.scope.routes.0: there is no route nowhere",
  ]);
});

test.each([
  ["a service", "services: { shop: { releases: {} } }\n", "to: shop", /^services\.shop\.releases: /],
  ["a release", "services: { shop: { releases: { v1: { upstreams: [] } } } }\n", "to: shop", /^services\.shop\./],
  ["all services", "services: none\n", "to: shop", /^services: /],
  ["a share", SHOP, "to: shop, split: { v1: much }", /^routes\.orders\.split\.v1: /],
  ["an unknown key", SHOP, "to: shop, spilt: { v1: 100% }", /^routes\.orders\.spilt: /],
])("%s that is broken is one problem: nobody complains of its absence", async (_, services, more, problem) => {
  const found = await problemsOf(`${services}routes: { orders: { match: { path: /o }, ${more}, access: public } }`);
  expect(found).toEqual([expect.stringMatching(problem)]);
});

test("what stands under a section's wrong name is there for those who name it", async () => {
  const named = "routes: { orders: { match: { path: /o }, to: shop, access: public, split: { v1: 100% } } }";
  expect(await problemsOf(`${SHOP.replace("services", "servises")}${named}`)).toEqual([
    expect.stringMatching(/^servises: /),
  ]);
});

test("a wrong name at the top hides nothing else, and what is missing does not either", async () => {
  expect(
    await problemsOf(`${SHOP}bogus: 1
routes:
  orders: { to: shopp, access: public }
launches:
  spring: { scope: { routes: [nowhere] } }`),
  ).toEqual([
    expect.stringMatching(/^bogus: /),
    expect.stringMatching(/^routes\.orders\.match: /),
    "routes.orders.to: there is no service shopp",
    expect.stringMatching(/^launches\.spring\.window: /),
    "launches.spring.scope.routes.0: there is no route nowhere",
  ]);
});

test("text that has nothing to read still says what is wrong", async () => {
  expect(await problemsOf("routes: { orders: 5 }\nservices: 7\nunknown: 1")).toHaveLength(3);
});
