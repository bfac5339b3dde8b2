// The collector that the operator names, over HTTP with JSON and gzip. It is reached through packages/net like any other address:
// a wrong one must not lead to the metadata service of a cloud.
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { type Clock, LIMITS } from "@holdfast/base";
import { createConnections, type OutgoingPool } from "@holdfast/net";
import { decideVerdict, type Verdict } from "./answer.ts";

export type CollectorOptions = {
  /** As OTEL_EXPORTER_OTLP_ENDPOINT: a base, to which `/v1/traces` is added. */
  endpoint: string;
  /** For authentication; names in lower case. */
  headers: Record<string, string>;
};

export type Collector = {
  /** Sends one request. Never rejects: a failure of the network is a reason to try again. */
  send(json: string): Promise<Verdict>;
  /** Ends everything, a running request included. */
  close(): Promise<void>;
};

/** Of an answer that are read: it holds a sentence at most. */
const ANSWER_BYTES_MOST = 64 * 1024;

const compress = promisify(gzip);

export function openCollector({ endpoint, headers }: CollectorOptions, clock: Clock): Collector {
  const connections = createConnections({ clock });
  const url = new URL(`${endpoint.replace(/\/+$/, "")}/v1/traces`);
  // Nobody's workspace: the operator's.
  const pool = connections.pool("", url.origin, { connect_ms: LIMITS.otlp_answer_ms });
  return {
    async send(json) {
      const stop = new AbortController();
      const late = new Error(`no answer within ${LIMITS.otlp_answer_ms} ms`);
      const cancel = clock.after(LIMITS.otlp_answer_ms, () => stop.abort(late));
      try {
        const body = await compress(json, { level: constants.Z_BEST_SPEED });
        return await post(pool, { path: url.pathname, headers, body, signal: stop.signal }, clock);
      } catch (error) {
        const reason: unknown = stop.signal.aborted ? stop.signal.reason : error;
        return {
          kind: "again",
          after_ms: undefined,
          detail: reason instanceof Error ? reason.message : String(reason),
        };
      } finally {
        cancel();
      }
    },
    close: () => connections.close(),
  };
}

type Post = { path: string; headers: Record<string, string>; body: Buffer; signal: AbortSignal };

async function post(pool: OutgoingPool, { path, headers, body, signal }: Post, clock: Clock): Promise<Verdict> {
  const answer = await pool.request({
    method: "POST",
    path,
    headers: { ...headers, "content-type": "application/json", "content-encoding": "gzip" },
    body,
    signal,
  });
  const retry_after = answer.headers["retry-after"];
  return decideVerdict(
    {
      status: answer.statusCode,
      retry_after: typeof retry_after === "string" ? retry_after : undefined,
      text: await textOf(answer.body),
    },
    clock.now(),
  );
}

/** Empty when there is more of it than an answer has. */
async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    // Leaving the loop destroys the rest.
    if (bytes > ANSWER_BYTES_MOST) return "";
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
