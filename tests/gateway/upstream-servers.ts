// Upstreams whose manner a test changes, and routes that balance over them.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { PlanRoute, UpstreamRules } from "@holdfast/contract";
import { rawUpstream, request, routeTo, talk, upstream } from "./world.ts";

/** A server whose manner can be changed, and which counts what it was asked. */
async function server(name: string) {
  const state = { status: 200, checks: 0, calls: 0, bodies: [] as string[], health: 200, silent: false };
  const { url, close } = await upstream((incoming, response) => void answer(incoming, response));
  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    if (incoming.url?.endsWith("/healthz")) {
      state.checks++;
      response.writeHead(state.health).end();
      return;
    }
    state.calls++;
    let body = "";
    for await (const chunk of incoming) body += chunk;
    state.bodies.push(body);
    if (!state.silent) response.writeHead(state.status).end(name);
  }
  return { url, close, state, name };
}

export type Server = Awaited<ReturnType<typeof server>>;

/** One for each name. */
export async function servers<const Names extends string[]>(
  ...names: Names
): Promise<{ [Name in keyof Names]: Server }> {
  return (await Promise.all(names.map(server))) as { [Name in keyof Names]: Server };
}

export function routeOver(
  all: { url: string; weight?: number }[],
  rules: Partial<UpstreamRules>,
  more: Partial<PlanRoute> = {},
): PlanRoute {
  const targets = all.map(({ url, weight }) => ({ url, ...(weight === undefined ? {} : { weight }) }));
  return routeTo("", {
    releases: [{ name: "v1", weight: 1, targets, rules: { balance: "round-robin", ...rules } }],
    ...more,
  });
}

export async function ask(port: number, line = "GET /orders/1", headers: string[] = [], body = ""): Promise<string> {
  const length = body === "" ? [] : [`Content-Length: ${body.length}`];
  const answer = await talk(port, { pieces: [request(line, [...headers, ...length], body)] });
  return answer.status === 200 ? answer.body.replace(/^.*\r\n(\w+)\r\n0\r\n\r\n$/s, "$1") : String(answer.status);
}

export async function askMany(port: number, count: number, headers: string[] = []): Promise<string[]> {
  const answers: string[] = [];
  for (let call = 0; call < count; call++) answers.push(await ask(port, "GET /orders/1", headers));
  return answers;
}

export async function dead(): Promise<{ url: string }> {
  const { url, close } = await rawUpstream(() => undefined);
  await close();
  return { url };
}
