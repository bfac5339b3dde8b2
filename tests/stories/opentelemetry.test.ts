// Calls of the real process as spans at a collector: below the caller's own span, above the upstream's, and with what models took.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@holdfast/base";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveProvider } from "../../apps/holdfast/demo/ai-provider.ts";
import type { SmallServer } from "../../apps/holdfast/demo/http-server.ts";
import { attributesIn, type SentSpan, type StandIn, startCollector } from "../process/collector.ts";
import { eventually } from "../process/eventually.ts";
import { type HoldfastProcess, startHoldfastProcess } from "../process/holdfast.ts";

const KEY = "hf_traces_0123456789abcdef";
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER = "00f067aa0ba902b7";
const SERVER = 2;
const CLIENT = 3;

let data_dir: string;
let orders: Server;
let provider: SmallServer;
let collector: StandIn;
let holdfast: HoldfastProcess;
const seen_by_orders: (string | undefined)[] = [];

beforeAll(async () => {
  data_dir = await mkdtemp(join(tmpdir(), "holdfast-traces-"));
  orders = createServer((request, response) => {
    seen_by_orders.push(request.headers.traceparent as string | undefined);
    response.writeHead(request.url === "/orders/broken" ? 503 : 200).end("{}");
  });
  await new Promise<void>((listening) => orders.listen(0, "127.0.0.1", listening));
  provider = await serveProvider({ seed: 1, clock: systemClock });
  collector = await startCollector();
  const config = join(data_dir, "settings.yaml");
  await writeFile(config, settings((orders.address() as AddressInfo).port, provider.port));
  holdfast = await startHoldfastProcess({
    data_dir,
    args: ["--config", config, "--otlp-endpoint", `${collector.url}/base/`],
    environment: { APP_KEY: KEY, HOLDFAST_OTLP_HEADERS: "Authorization=Bearer%20of-the-operator" },
  });
});

afterAll(async () => {
  await holdfast.stop();
  await Promise.all([provider.close(), collector.close()]);
  orders.close();
  await rm(data_dir, { recursive: true });
});

const settings = (orders_port: number, provider_port: number): string => `holdfast: 1
consumers: { app: { keys: ["\${env:APP_KEY}"] } }
services: { orders: { releases: { v1: { upstreams: ["http://127.0.0.1:${orders_port}"] } } } }
routes: { orders: { match: { path: /orders/** }, to: orders, access: public } }
providers: { sample: { kind: openai-compatible, url: http://127.0.0.1:${provider_port}/v1 } }
models: { assistant: { access: api-key, releases: { steady: { targets: [sample/harbour-large] } } } }
`;

/** The spans of one trace, once there are as many. */
function spansOf(trace: string, count: number): Promise<SentSpan[]> {
  return eventually(`${count} spans of a trace`, () => {
    const spans = collector.spans().filter(({ traceId }) => traceId === trace);
    return spans.length >= count && spans;
  });
}

/** By the `traceparent` of an answer. */
const traceOf = (answer: Response): string => answer.headers.get("traceparent")?.split("-")[1] ?? "";

test("a call continues its caller's trace, and the upstream continues the call's", async () => {
  const traceparent = `00-${TRACE}-${CALLER}-01`;
  const answer = await fetch(`${holdfast.gateway}/orders/42`, { headers: { traceparent, "user-agent": "shop/1" } });
  expect(answer.status).toBe(200);
  const [server, client] = await spansOf(TRACE, 2);
  expect(server).toMatchObject({ kind: SERVER, name: "GET /orders/**", parentSpanId: CALLER, status: {} });
  expect(client).toMatchObject({ kind: CLIENT, parentSpanId: server?.spanId, status: {} });
  expect(seen_by_orders.at(-1)).toBe(`00-${TRACE}-${server?.spanId}-01`);
  expect(answer.headers.get("traceparent")).toBe(`00-${TRACE}-${server?.spanId}-01`);
  expect(attributesIn(server?.attributes ?? [])).toMatchObject({
    "http.request.method": "GET",
    "http.response.status_code": 200,
    "url.path": "/orders/42",
    "user_agent.original": "shop/1",
    "client.address": "127.0.0.0",
    "holdfast.workspace": "default",
    "holdfast.subject": "routes.orders",
    "holdfast.outcome": "ok",
  });
  expect(Number(client?.startTimeUnixNano)).toBeGreaterThanOrEqual(Number(server?.startTimeUnixNano));
  expect(client?.endTimeUnixNano).toBe(server?.endTimeUnixNano);
});

test("it goes to the endpoint's own path, with the operator's headers, as the version that runs", async () => {
  const [delivery] = await eventually("a delivery", () => collector.deliveries.length > 0 && collector.deliveries);
  expect(delivery?.path).toBe("/base/v1/traces");
  expect(delivery?.headers.authorization).toBe("Bearer of-the-operator");
  expect(attributesIn(delivery?.resources[0]?.resource.attributes ?? [])).toMatchObject({
    "service.name": "holdfast",
    "service.version": expect.stringMatching(/^\d+\.\d+\.\d+/),
    "service.instance.id": expect.stringMatching(/-[12]$/),
  });
});

test("a failure of the upstream and a refusal by the gateway are told apart", async () => {
  const failed = await fetch(`${holdfast.gateway}/orders/broken`);
  const refused = await fetch(`${holdfast.gateway}/v1/chat/completions`, { method: "POST", body: "{}" });
  const [server, client] = await spansOf(traceOf(failed), 2);
  expect(server?.status.code).toBe(2);
  expect(attributesIn(client?.attributes ?? [])).toMatchObject({
    "http.response.status_code": 503,
    "error.type": "503",
  });
  const of_refused = await spansOf(traceOf(refused), 1);
  expect(of_refused).toMatchObject([{ kind: SERVER, status: {} }]);
  expect(attributesIn(of_refused[0]?.attributes ?? [])).toMatchObject({ "http.response.status_code": 401 });
});

test("a model's call says which model and what it took", async () => {
  const answer = await fetch(`${holdfast.gateway}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${KEY}` },
    body: JSON.stringify({ model: "assistant", messages: [{ role: "user", content: "Where is my order?" }] }),
  });
  const { usage } = (await answer.json()) as { usage: { prompt_tokens: number; completion_tokens: number } };
  const [, client] = await spansOf(traceOf(answer), 2);
  expect(client).toMatchObject({ name: "chat assistant", kind: CLIENT });
  expect(attributesIn(client?.attributes ?? [])).toMatchObject({
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "sample",
    "gen_ai.request.model": "assistant",
    "gen_ai.response.model": "harbour-large",
    "gen_ai.usage.input_tokens": usage.prompt_tokens,
    "gen_ai.usage.output_tokens": usage.completion_tokens,
    "holdfast.consumer": "app",
  });
});

test("the figures count what was exported", async () => {
  await eventually("spans in the figures", async () => {
    const figures = await (await fetch(`${holdfast.control}/metrics`)).text();
    const exported = /^holdfast_otlp_spans_exported_total (\d+)$/m.exec(figures)?.[1];
    return Number(exported) === collector.spans().length && /_dropped_total{reason="queue_full"} 0$/m.test(figures);
  });
});

test("a process that ends sends what waits", async () => {
  const answer = await fetch(`${holdfast.gateway}/orders/last`);
  await holdfast.stop();
  expect(collector.spans().filter(({ traceId }) => traceId === traceOf(answer))).toHaveLength(2);
});
