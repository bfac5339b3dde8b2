// Asks for one JSON document from an address that a tenant named: bounded in size, time and redirects, under the address rules.
import { type Clock, failed, ok, type Result, type WorkspaceName } from "@holdfast/base";
import type { Dispatcher } from "undici";
import type { Connections } from "./connections.ts";

export type JsonRequest = {
  url: string;
  /** Sent as a POST of application/x-www-form-urlencoded; left out: a GET. */
  form?: Record<string, string>;
  /** Value of `Authorization`. Never follows a redirect. */
  authorization?: string;
  bytes_max: number;
  /** For everything: connection, redirects, the whole body. */
  timeout_ms: number;
};

/** The error says what went wrong without a part of what was sent. */
export type FetchJson = (workspace: WorkspaceName, request: JsonRequest) => Promise<Result<unknown, string>>;

/** A document that moved once moves no further. */
const REDIRECTS_MAX = 2;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

type Tools = { connections: Connections; clock: Clock };

export function fetchJson({ connections, clock }: Tools): FetchJson {
  return async (workspace, request) => {
    const { timeout_ms } = request;
    const stop = new AbortController();
    const cancel = clock.after(timeout_ms, () => stop.abort(new Error(`no answer within ${timeout_ms} ms`)));
    try {
      return await follow(new URL(request.url), { request, workspace, connections, signal: stop.signal });
    } catch (error) {
      const reason: unknown = stop.signal.aborted ? stop.signal.reason : error;
      return failed(`${originOf(request.url)}: ${reason instanceof Error ? reason.message : String(reason)}`);
    } finally {
      cancel();
    }
  };
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : "an address that is none";
}

type Errand = { request: JsonRequest; workspace: WorkspaceName; connections: Connections; signal: AbortSignal };

/** Redirects are followed for plain questions only, and never from https to http. */
async function follow(first: URL, errand: Errand): Promise<Result<unknown, string>> {
  const plain = errand.request.form === undefined && errand.request.authorization === undefined;
  let url = first;
  for (let hop = 0; hop <= REDIRECTS_MAX; hop++) {
    const asked = await ask(url, errand);
    if (!("location" in asked)) return asked;
    if (!plain || !URL.canParse(asked.location, url)) return failed(`${url.origin} answered with a redirect`);
    const next = new URL(asked.location, url);
    if (next.protocol !== url.protocol && next.protocol !== "https:")
      return failed(`${url.origin} redirects to an address that is not https`);
    url = next;
  }
  return failed(`${first.origin} redirects more than ${REDIRECTS_MAX} times`);
}

async function ask(url: URL, { request, workspace, connections, signal }: Errand) {
  const { form, authorization, bytes_max, timeout_ms } = request;
  const pool = connections.pool(workspace, url.origin, { connect_ms: timeout_ms });
  try {
    const { statusCode, headers, body } = await pool.request({
      path: `${url.pathname}${url.search}`,
      method: form ? "POST" : "GET",
      headers: {
        accept: "application/json",
        ...(form ? { "content-type": "application/x-www-form-urlencoded" } : {}),
        ...(authorization === undefined ? {} : { authorization }),
      },
      ...(form ? { body: new URLSearchParams(form).toString() } : {}),
      signal,
    });
    const text = await bodyOf(body, bytes_max);
    const { location } = headers;
    if (REDIRECTS.has(statusCode) && typeof location === "string") return { location };
    if (statusCode !== 200) return failed(`${url.origin} answered with status ${statusCode}`);
    return text === undefined ? failed(`${url.origin} answered with more than ${bytes_max} bytes`) : parse(text, url);
  } finally {
    await connections.release(pool);
  }
}

/** Undefined: there is too much of it. */
async function bodyOf(body: Dispatcher.ResponseData["body"], bytes_max: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    // Leaving the loop destroys the rest.
    if (bytes > bytes_max) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string, url: URL): Result<unknown, string> {
  try {
    return ok(JSON.parse(text));
  } catch {
    return failed(`${url.origin} answered with something that is not JSON`);
  }
}
