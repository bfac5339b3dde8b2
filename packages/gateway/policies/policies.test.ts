import { simulatedClock } from "@holdfast/base";
import { createConnections } from "@holdfast/net";
import { afterAll, describe, expect, test } from "vitest";
import { bucketsUnder } from "../counters/counters.ts";
import { headerOf } from "../headers/header-list.ts";
import { flatLines } from "../transport/header-lines.ts";
import { cases as accessCases } from "./access/cases.ts";
import { cases as addressesCases } from "./addresses/cases.ts";
import { cases as apiKeyCases } from "./api-key/cases.ts";
import { cases as bandwidthCases } from "./bandwidth/cases.ts";
import { cases as bodyLimitCases } from "./body-limit/cases.ts";
import type { CaseCall, PolicyCase } from "./case.ts";
import { caseTools, silent } from "./case-tools.ts";
import { cases as contentTypeCases } from "./content-type/cases.ts";
import { cases as corsCases } from "./cors/cases.ts";
import { cases as hostileInputCases } from "./hostile-input/cases.ts";
import { cases as jsonLimitsCases } from "./json-limits/cases.ts";
import { cases as jsonSchemaCases } from "./json-schema/cases.ts";
import { cases as lifecycleCases } from "./lifecycle/cases.ts";
import { cases as limitsCases } from "./limits/cases.ts";
import { placeOfSubject } from "./limits/owner.ts";
import { limits } from "./limits/policy.ts";
import { cases as maintenanceCases } from "./maintenance/cases.ts";
import { cases as openapiCases } from "./openapi/cases.ts";
import { cases as plainHttpCases } from "./plain-http/cases.ts";
import { policies } from "./policies.ts";
import type { Hooks, PolicyCall, PolicyTools, Verdict } from "./policy.ts";
import { cases as redirectCases } from "./redirect/cases.ts";
import { cases as rewriteCases } from "./rewrite/cases.ts";
import { cases as scopesCases } from "./scopes/cases.ts";
import { cases as subscriptionsCases } from "./subscriptions/cases.ts";
import { cases as transformCases } from "./transform/cases.ts";

const allCases: Record<string, PolicyCase[]> = {
  transform: transformCases,
  "json-schema": jsonSchemaCases,
  openapi: openapiCases,
  "hostile-input": hostileInputCases,
  "json-limits": jsonLimitsCases,
  "content-type": contentTypeCases,
  access: accessCases,
  addresses: addressesCases,
  "plain-http": plainHttpCases,
  cors: corsCases,
  scopes: scopesCases,
  subscriptions: subscriptionsCases,
  "api-key": apiKeyCases,
  "body-limit": bodyLimitCases,
  bandwidth: bandwidthCases,
  lifecycle: lifecycleCases,
  maintenance: maintenanceCases,
  redirect: redirectCases,
  rewrite: rewriteCases,
  limits: limitsCases,
};

const connections = createConnections({ clock: simulatedClock() });
afterAll(() => connections.close());

function callOf(given: CaseCall, { counters }: Pick<PolicyTools, "counters">, subject = "routes.orders"): PolicyCall {
  return {
    subject: { buckets: bucketsUnder(counters, placeOfSubject("acme", subject)) },
    kept: undefined,
    workspace: "acme",
    id: given.id ?? "0199a0d0-0000-7000-8000-000000000000",
    method: given.method ?? "GET",
    host: given.host ?? "api.example.com",
    path: given.path ?? "/orders/1",
    query: given.query,
    scheme: given.scheme ?? "http",
    has_body: given.body !== undefined || given.content_length !== undefined,
    header: (name) => headerOf(given.request_headers ?? [], name),
    parameters: () => ({}),
    scopes: given.scopes ?? [],
    claims: undefined,
    cache: undefined,
    upstream_headers: [...(given.request_headers ?? [])],
    caller_lines: "",
    upstream_path: given.path ?? "/orders/1",
    upstream_host: undefined,
    upstream_query: given.query,
    body: given.body === undefined ? undefined : Buffer.from(given.body),
    headers: {
      content_type: headerOf(given.request_headers ?? [], "content-type"),
      content_length: given.content_length,
      api_key: given.api_key,
      authorization: given.authorization,
    },
    client_address: given.client_address ?? "127.0.0.1",
    consumer: given.called_by,
    key: undefined,
    drop_api_key: false,
    drop_authorization: false,
    reply_headers: [],
    reply_lines: "",
    head_size: () => ({ lines: (given.request_headers ?? []).length / 2, bytes: given.head_bytes ?? 100 }),
    hold: () => undefined,
    note: () => undefined,
  };
}

async function run(hooks: Hooks | undefined, call: PolicyCall, pieces: number[]): Promise<Verdict> {
  const verdict =
    hooks?.receive?.(call) ??
    (await hooks?.identify?.(call)) ??
    (await hooks?.admit?.(call)) ??
    (await hooks?.shape?.(call));
  let bytes = 0;
  return pieces.reduce<Verdict>((before, piece) => {
    bytes += piece;
    return before ?? hooks?.body?.(bytes, call, new Uint8Array(piece));
  }, verdict);
}

/** What becomes of an upstream's answer. */
async function answer(
  hooks: Hooks | undefined,
  call: PolicyCall,
  { status, headers = [], body = "" }: NonNullable<CaseCall["answered"]>,
): Promise<Verdict> {
  const head = { status, headers: [...headers] };
  hooks?.reply?.(call, head);
  if (!hooks?.replyBody || !hooks.whole_reply?.wants(call, head)) return undefined;
  const made = await hooks.replyBody(call, head, Buffer.from(body));
  return made instanceof Uint8Array ? undefined : made;
}

/** What a case expects: a code, a status of a given answer, or pass. */
function outcomeOf(verdict: Verdict): CaseCall["gives"] {
  if (verdict === undefined) return "pass";
  return "code" in verdict ? verdict.code : verdict.status;
}

describe.each(policies.map((policy) => ({ id: policy.id, policy })))("policy $id", ({ id, policy }) => {
  const cases = allCases[id] ?? [];

  test("has cases, and refuses in at least one", () => {
    expect(cases.flatMap(({ calls }) => calls).some(({ gives }) => gives !== "pass")).toBe(true);
  });

  test.each(cases)("$name", async ({ subject, calls, ...rest }) => {
    const given = caseTools(connections, rest);
    const hooks = policy.prepare(subject, given);
    let at_ms = 0;
    for (const expected of calls) {
      await given.clock.advance((expected.at_ms ?? at_ms) - at_ms);
      at_ms = expected.at_ms ?? at_ms;
      const call = callOf(expected, given);
      let verdict = await run(hooks, call, expected.body_pieces_bytes ?? []);
      if (verdict === undefined && expected.answered) verdict = await answer(hooks, call, expected.answered);
      expect(outcomeOf(verdict)).toBe(expected.gives);
      expect(call.consumer).toBe(expected.consumer);
      if (expected.upstream_path !== undefined) expect(call.upstream_path).toBe(expected.upstream_path);
      if (expected.upstream_host !== undefined) expect(call.upstream_host).toBe(expected.upstream_host);
      if (expected.upstream_headers !== undefined) expect(call.upstream_headers).toEqual(expected.upstream_headers);
      const dropped = [call.drop_api_key && "api_key", call.drop_authorization && "authorization"].filter(Boolean);
      expect(dropped).toEqual(expected.drops ?? []);
      const told = [...flatLines(call.reply_lines), ...call.reply_headers, ...(verdict?.headers ?? [])];
      if (expected.headers) expect(told).toEqual(expected.headers);
      if (expected.ends) hooks?.done?.(call, true);
    }
  });
});

test("counters that are out of reach let calls pass, and the log hears of it now and then", async () => {
  const warnings: string[] = [];
  const given = {
    ...caseTools(connections),
    counters: { take: () => Promise.reject(new Error("out of reach")) },
    log: { ...silent, warn: (_: unknown, message: string) => void warnings.push(message) },
  };
  const hooks = limits.prepare((limitsCases[0] as PolicyCase).subject, given);
  const call = () => run(hooks, callOf({ gives: "pass" }, given), []);
  for (let times = 0; times < 5; times++) expect(await call()).toBeUndefined();
  expect(warnings).toHaveLength(1);
  await given.clock.advance(11_000);
  await call();
  expect(warnings).toHaveLength(2);
});

test.each([
  { by: "address", apart: true },
  { by: "workspace", apart: false },
] as const)(
  "subjects with the same rates by $by share hooks; each counts for itself: $apart",
  async ({ by, apart }) => {
    const given = caseTools(connections);
    const { subject } = limitsCases[0] as PolicyCase;
    const once = [{ name: "once", by, rate: { count: 1, window_ms: 60_000 }, burst: 1 }];
    const one = limits.prepare({ ...subject, limits: once }, given);
    const two = limits.prepare({ ...subject, subject: "routes.returns", limits: once }, given);
    expect(two).toBe(one);
    expect(await run(one, callOf({ gives: "pass" }, given, "routes.orders"), [])).toBeUndefined();
    const second = await run(two, callOf({ gives: "pass" }, given, "routes.returns"), []);
    expect(second === undefined).toBe(apart);
    expect(await run(one, callOf({ gives: "pass" }, given, "routes.orders"), [])).toMatchObject({
      code: "rate_limited",
    });
  },
);

test("with other tools, or with what is kept of each subject, hooks are not shared", () => {
  const { subject } = limitsCases[0] as PolicyCase;
  const given = caseTools(connections);
  const rates = limits.prepare(subject, given);
  expect(limits.prepare(subject, caseTools(connections))).not.toBe(rates);
  const held = { ...subject, limits: [{ name: "few", by: "route" as const, concurrency: 1 }] };
  expect(limits.prepare(held, given)).not.toBe(limits.prepare(held, given));
});
