// A gateway with one cached route before an upstream that counts, and a clock with a hand on it: what the tests of
// packages/gateway/cache begin with.
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "@holdfast/base";
import { CacheSettings, type Plan, type PlanRoute } from "@holdfast/contract";
import { type Answer, keyHash, planOf, request, routeTo, talk, upstream, type World, world } from "./world.ts";

/** The system's clock, run ahead by so many seconds. */
function movedClock() {
  let ahead_ms = 0;
  return {
    ...systemClock,
    now: () => Date.now() + ahead_ms,
    skip(seconds: number) {
      ahead_ms += seconds * 1000;
    },
  };
}

/** `turn` counts from 1. */
export type Reply = (incoming: IncomingMessage, response: ServerResponse, turn: number) => void;

export const fresh: Reply = (_, response, turn) =>
  response.setHeader("cache-control", "max-age=60").end(`answer ${turn}`);

/** `settings` as in a settings file. The upstream does not date its answers: the clock runs ahead of it. */
export async function cachedRoute(reply: Reply, settings: object = {}, more: Partial<PlanRoute> = {}) {
  const asked: IncomingMessage[] = [];
  const { url, close } = await upstream((incoming, response) => {
    response.sendDate = false;
    asked.push(incoming);
    reply(incoming, response, asked.length);
  });
  const clock = movedClock();
  const cache = CacheSettings.parse(settings);
  const route = routeTo(url, { cache, ...more });
  const here = await world({ routes: [route], consumers: consumers() }, clock);
  const get = async (path = "/orders/1", headers: string[] = [], method = "GET") =>
    unchunked(await talk(here.port, { pieces: [request(`${method} ${path}`, headers)] }));
  return { ...here, asked, clock, get, close, route };
}

/** The next plan, with the same consumers. */
export function nextPlan(routes: PlanRoute[]): Plan {
  return planOf({ number: 8, routes, consumers: consumers() });
}

function consumers() {
  return ["shop", "app"].map((name) => ({ workspace: "acme", name, key_hashes: [keyHash(`key-of-${name}`)] }));
}

/** The pieces of a chunked body joined. */
function unchunked(answer: Answer): Answer {
  if (answer.header("transfer-encoding") !== "chunked") return answer;
  let body = "";
  for (let rest = answer.body; rest !== ""; ) {
    const line = rest.indexOf("\r\n");
    const bytes = Number.parseInt(rest.slice(0, line), 16);
    if (!(bytes > 0)) break;
    body += rest.slice(line + 2, line + 2 + bytes);
    rest = rest.slice(line + 4 + bytes);
  }
  return { ...answer, body };
}

/** What the records say of the cache, in the order of the calls' ends. */
export async function uses({ records }: World, count: number): Promise<(string | null)[]> {
  for (let turn = 0; turn < 200 && records.length < count; turn++) await sleep(10);
  return records.map(({ cache }) => cache);
}

export const statusOf = (answer: Answer): string | undefined => answer.header("cache-status");
