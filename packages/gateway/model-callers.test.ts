// Who may call which model, and refusals in the dialect of its clients.
import type { ModelTarget } from "@holdfast/contract";
import { afterEach, describe, expect, test } from "vitest";
import { chat, completion, dead, provider, serveOne } from "../../tests/gateway/model-providers.ts";
import { closeAll, keyHash, modelAt, request, talk, upstream, world } from "../../tests/gateway/world.ts";

afterEach(closeAll);

describe("refusals speak the dialect", () => {
  test.each<[string, string, number, string]>([
    ["no key", chat({}, []), 401, "credentials_missing"],
    ["an unknown key", chat({}, ["x-api-key: nobody"]), 401, "credentials_invalid"],
    ["an unknown model", chat({ model: "other" }), 404, "model_unknown"],
    [
      "no JSON",
      request("POST /v1/chat/completions", ["x-api-key: key-of-shop", "content-length: 3"], "{a}"),
      400,
      "malformed_request",
    ],
    ["no body", request("POST /v1/chat/completions", ["x-api-key: key-of-shop"]), 400, "malformed_request"],
    ["no model", chat({ model: 5 }), 400, "malformed_request"],
    ["the wrong method", request("GET /v1/chat/completions"), 405, "method_not_allowed"],
    [
      "too much",
      request("POST /v1/chat/completions", ["x-api-key: key-of-shop", "content-length: 99999999"]),
      413,
      "body_too_large",
    ],
  ])("%s", async (_, sent, status, code) => {
    const { first, port, record } = await serveOne(completion);
    const answer = await talk(port, { pieces: [sent] });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({
      error: { message: expect.any(String), type: expect.any(String), param: null, code: expect.any(String) },
    });
    expect(await record()).toMatchObject({ status, outcome: code, error_origin: "client" });
    expect(first.asked).toEqual([]);
  });

  test("a limit is counted over the models of a consumer", async () => {
    const limits = [{ name: "few", by: "consumer" as const, rate: { count: 1, window_ms: 60_000 }, burst: 1 }];
    const { port } = await serveOne(completion, { limits });
    expect((await talk(port, { pieces: [chat({})] })).header("ratelimit")).toBe('"few";r=0;t=60');
    const refused = await talk(port, { pieces: [chat({})] });
    expect(refused.status).toBe(429);
    expect(JSON.parse(refused.body)).toMatchObject({ error: { code: "rate_limit_exceeded" } });
    expect(refused.header("retry-after")).toBeDefined();
  });
});

describe("whose model a name means", () => {
  const named = (workspace: string, access: "public" | "api-key", target: ModelTarget) =>
    modelAt([target], { workspace, access });
  const consumers = ["acme", "other"].map((workspace) => ({
    workspace,
    name: "app",
    key_hashes: [keyHash(`key-of-${workspace}`)],
  }));

  test("a key decides; without one it must be public and one", async () => {
    const [acme, other] = [await provider("acme", completion), await provider("other", completion)];
    const models = [named("acme", "public", acme.target), named("other", "public", other.target)];
    const { port, records } = await world({ models, consumers });
    await talk(port, { pieces: [chat({}, ["x-api-key: key-of-other"])] });
    expect(other.asked).toHaveLength(1);
    expect((await talk(port, { pieces: [chat({}, [])] })).status).toBe(404);
    expect(records).toMatchObject([
      { workspace: "other", outcome: "ok" },
      { workspace: "", outcome: "model_unknown" },
    ]);
  });

  test("a public model answers whoever asks, and a key of nobody is not passed on", async () => {
    const acme = await provider("acme", completion);
    const { port, record } = await world({ models: [named("acme", "public", acme.target)], consumers });
    expect((await talk(port, { pieces: [chat({}, ["authorization: Bearer none"])] })).status).toBe(200);
    expect(await record()).toMatchObject({ workspace: "acme", consumer: null });
    expect(acme.asked[0]?.headers).toMatchObject({ authorization: "Bearer sk-acme" });
  });

  test("the list shows what the caller may name", async () => {
    const models = [
      named("acme", "public", dead),
      modelAt([dead], { name: "inner", subject: "models.inner", access: "api-key" }),
    ];
    const { port, records } = await world({ models, consumers });
    const names = async (headers: string[]) => {
      const answer = await talk(port, { pieces: [request("GET /v1/models", headers)] });
      return (JSON.parse(answer.body) as { data: { id: string }[] }).data.map(({ id }) => id);
    };
    expect(await names([])).toEqual(["assistant"]);
    expect(await names(["x-api-key: key-of-acme"])).toEqual(["assistant", "inner"]);
    expect(await names(["x-api-key: key-of-other"])).toEqual([]);
    expect(records.map(({ workspace }) => workspace)).toEqual(["", "acme", "other"]);
  });

  test("a route of the plan that claims the path has it", async () => {
    const { url } = await upstream((_, response) => response.end("route"));
    const { routeTo } = await import("../../tests/gateway/world.ts");
    const { port } = await world({
      models: [named("acme", "public", dead)],
      routes: [routeTo(url, { path: "/v1/**" })],
    });
    expect((await talk(port, { pieces: [chat({})] })).body).toContain("route");
  });
});
