// The settings of the soak: every kind of route that its clients call, and one that comes and goes.

export const CONSUMERS = 40;
export const PRESSED_PER_SECOND = 20;
export const BODY_IDLE_MS = 2_000;
export const SITE_ORIGIN = "https://shop.example.com";
/** Of the cached route; its clients ask for several times as much. */
export const CACHE_MIB = 16;
const BROKEN_EVERY = 5;

export type Ports = { services: number; provider: number };

export function keyOf(consumer: number): string {
  return `hf_soak_${consumer}_0123456789abcdef`;
}

/** The keys as the settings refer to them. */
export function keysEnvironment(): Record<string, string> {
  return Object.fromEntries(Array.from({ length: CONSUMERS }, (_, index) => [`SOAK_KEY_${index}`, keyOf(index)]));
}

export function isBroken(round: number): boolean {
  return round % BROKEN_EVERY === BROKEN_EVERY - 1;
}

/** The route that only this version has. */
export function extraRoute(round: number): { name: string; path: string } {
  return { name: `extra-${round}`, path: `/extra/${round}` };
}

export function settings(round: number, { services, provider }: Ports): string {
  const extra = extraRoute(round);
  const consumers = Array.from(
    { length: CONSUMERS },
    (_, index) => `  c${index}: { keys: ["\${env:SOAK_KEY_${index}}"] }`,
  );
  const upstreams = `releases: { v1: { upstreams: [http://127.0.0.1:${services}] } }`;
  return `holdfast: 1
services:
  shop: { ${upstreams} }
  files: { timeouts: { idle: ${BODY_IDLE_MS}ms }, ${upstreams} }
  flaky: { retries: { attempts: 2 }, ${upstreams} }
routes:
  shop: { match: { path: /shop/** }, to: shop, access: api-key, limits: { each: { by: consumer, rate: 200 per 1s } } }
  pressed: { match: { path: /pressed }, to: shop, access: api-key, limits: { each: { by: consumer, rate: ${PRESSED_PER_SECOND} per 1s } } }
  pages: { match: { path: /pages/** }, to: shop, access: public, cache: { most: ${CACHE_MIB}MiB } }
  files: { match: { path: /files/** }, to: files, access: public }
  events: { match: { path: /events/** }, to: files, access: public }
  live: { match: { path: /live }, to: shop, access: public, websocket: {} }
  flaky: { match: { path: /flaky/** }, to: flaky, access: public }
  orders: { match: { path: /orders }, to: shop, access: public, checks: { schema: ${ORDER_SCHEMA} } }
  ${extra.name}: { match: { path: ${extra.path} }, to: ${isBroken(round) ? "nowhere" : "shop"}, access: public }
consumers:
${consumers.join("\n")}
providers: { sample: { kind: openai-compatible, url: "http://127.0.0.1:${provider}/v1" } }
models:
  assistant:
    access: api-key
    releases: { steady: { targets: [sample/harbour-large] } }
    prices: { input: 1, output: 2 }
sites: { shop: { origins: [${SITE_ORIGIN}] } }
`;
}

const ORDER_SCHEMA = JSON.stringify({
  type: "object",
  required: ["item", "count"],
  properties: { item: { type: "string", maxLength: 40 }, count: { type: "integer", minimum: 1 } },
  additionalProperties: false,
});
