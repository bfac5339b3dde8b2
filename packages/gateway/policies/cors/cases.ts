// What the cors policy does, as data.
import type { CorsSettings } from "@holdfast/contract";
import { type CaseCall, type PolicyCase, publicRoute } from "../case.ts";

const settings: CorsSettings = {
  origins: ["https://shop.example.com", "https://*.trusted.example"],
  exposed_headers: ["x-total"],
  credentials: true,
  max_age: 600_000,
};

const SHOP = "https://shop.example.com";
const OWN = ["vary", "origin", "access-control-allow-origin", SHOP, "access-control-allow-credentials", "true"];

const preflight = (origin: string, headers: string[] | undefined, ...asked: string[]): CaseCall => ({
  method: "OPTIONS",
  request_headers: ["origin", origin, "access-control-request-method", "PUT", ...asked],
  gives: 204,
  ...(headers ? { headers } : {}),
});

const simple = (origin: string, headers: string[]): CaseCall => ({
  request_headers: ["origin", origin],
  gives: "pass",
  headers,
});

const EXPOSED = ["access-control-expose-headers", "x-holdfast-ref, x-request-id, x-total"];

export const cases: PolicyCase[] = [
  {
    name: "a preflight is answered, and other origins hear nothing",
    subject: { ...publicRoute, methods: ["GET", "PUT", "OPTIONS"], cors: settings },
    calls: [
      preflight(
        SHOP,
        [
          ...OWN,
          ...["access-control-allow-methods", "GET, PUT", "access-control-max-age", "600"],
          ...["access-control-allow-headers", "content-type, x-own", "vary", "access-control-request-headers"],
        ],
        "access-control-request-headers",
        "content-type, x-own",
      ),
      preflight("https://evil.example", ["vary", "origin"]),
    ],
  },
  {
    name: "what is no list of header names is not said back",
    subject: { ...publicRoute, cors: { ...settings, methods: ["PUT"] } },
    calls: [
      preflight(
        SHOP,
        [
          ...OWN,
          ...["access-control-allow-methods", "PUT", "access-control-max-age", "600"],
          ...["vary", "access-control-request-headers"],
        ],
        "access-control-request-headers",
        "a: b",
      ),
    ],
  },
  {
    name: "a call passes whatever its origin, and only pages of known ones may read the answer",
    subject: { ...publicRoute, cors: settings },
    calls: [
      simple(SHOP, [...OWN, ...EXPOSED]),
      simple("https://evil.example", ["vary", "origin"]),
      simple("null", ["vary", "origin"]),
      simple("http://shop.example.com", ["vary", "origin"]),
      simple("https://shop.example.com:8443", ["vary", "origin"]),
      { gives: "pass", headers: ["vary", "origin"] },
      { method: "OPTIONS", request_headers: ["origin", SHOP], gives: "pass", headers: [...OWN, ...EXPOSED] },
    ],
  },
  {
    name: "hosts below a name, not beside it",
    subject: { ...publicRoute, cors: { ...settings, credentials: false } },
    calls: [
      simple("https://a.trusted.example", [
        "vary",
        "origin",
        "access-control-allow-origin",
        "https://a.trusted.example",
        ...EXPOSED,
      ]),
      simple("https://a.b.trusted.example", [
        "vary",
        "origin",
        "access-control-allow-origin",
        "https://a.b.trusted.example",
        ...EXPOSED,
      ]),
      simple("https://trusted.example", ["vary", "origin"]),
      simple("https://eviltrusted.example", ["vary", "origin"]),
      simple("https://evil.example/.trusted.example", ["vary", "origin"]),
      simple("https://.trusted.example", ["vary", "origin"]),
    ],
  },
  {
    name: "every origin: answers do not differ, so caches need not know",
    subject: { ...publicRoute, cors: { ...settings, origins: ["*"], credentials: false, headers: ["x-own"] } },
    calls: [
      simple("https://any.example", ["access-control-allow-origin", "*", ...EXPOSED]),
      preflight("https://any.example", [
        ...["access-control-allow-origin", "*", "access-control-allow-methods", "GET, HEAD, POST, PUT, PATCH, DELETE"],
        ...["access-control-max-age", "600", "access-control-allow-headers", "x-own"],
      ]),
    ],
  },
];
