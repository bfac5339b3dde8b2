// What is measured: one gateway under one condition after the other, each changed in one thing from the first.

export type Condition = {
  name: string;
  /** Callers take turns over all routes, each route with a path of its own, and over all keys. */
  routes: number;
  keys: number;
  answer_bytes: number;
  connections: number;
  /** Callers speak HTTP/1.1 over TLS, over connections that they keep. */
  tls: boolean;
  /** Each call is copied to a second upstream, whose answer is thrown away. */
  shadow: boolean;
  /** So many values of a header come in turn: what is said again byte for byte is served faster. 0: no such header. */
  varied: number;
  /** Calls are POSTs of JSON, which the gateway holds against a JSON Schema; nginx passes it on unread. */
  validation: boolean;
};

export const PLAIN: Condition = {
  name: "plain",
  routes: 1,
  keys: 1,
  answer_bytes: 1024,
  connections: 64,
  tls: false,
  shadow: false,
  varied: 0,
  validation: false,
};

export const CONDITIONS: readonly Condition[] = [
  PLAIN,
  { ...PLAIN, name: "no request like another", varied: 100_000 },
  { ...PLAIN, name: "100 routes, 100 keys", routes: 100, keys: 100, varied: 100 },
  { ...PLAIN, name: "answers of 100 KiB", answer_bytes: 100 * 1024 },
  { ...PLAIN, name: "512 connections", connections: 512 },
  { ...PLAIN, name: "TLS", tls: true },
  { ...PLAIN, name: "shadow", shadow: true },
  { ...PLAIN, name: "validation", validation: true },
];

/**
 * Held against each other, not against nginx. Callers say as many different requests to both, as long as each other, so that routes
 * and keys are all that is different: the generator's own 20 MB of requests go through the cache that both cores share.
 */
export const SMALL_PLAN: Condition = { ...PLAIN, name: "one route, one key", varied: 100_000 };
export const LARGE_PLAN: Condition = {
  ...SMALL_PLAN,
  name: "10,000 routes, 100,000 keys",
  routes: 10_000,
  keys: 100_000,
};

export const ORDER = JSON.stringify({ item: "lantern", count: 2, note: "for the garden, if it is still there" });

export const ORDER_SCHEMA = {
  type: "object",
  required: ["item", "count"],
  additionalProperties: false,
  properties: {
    item: { type: "string", minLength: 1, maxLength: 64 },
    count: { type: "integer", minimum: 1, maximum: 1000 },
    note: { type: "string", maxLength: 200 },
  },
};

export const pathOf = (route: number): string => `/r${route}/orders/1`;
export const keyOf = (secret: string, key: number): string => `bench_${secret}_${key}`;
