// Stands in for a collector: takes OTLP/HTTP as JSON with gzip, keeps what came, and answers as a test wants it to.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

type SentAttribute = { key: string; value: { stringValue?: string; intValue?: string } };
export type SentSpan = {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: SentAttribute[];
  status: { code?: number; message?: string };
};
type SentResource = { resource: { attributes: SentAttribute[] }; scopeSpans: { spans: SentSpan[] }[] };

export type Delivery = {
  path: string;
  headers: IncomingMessage["headers"];
  resources: SentResource[];
  spans: SentSpan[];
};

/** Undefined: takes everything. `hang`: never answers. */
export type Reply = { status: number; headers?: Record<string, string>; body?: unknown } | "hang" | undefined;

export type StandIn = {
  url: string;
  deliveries: Delivery[];
  /** Of all deliveries, accepted or not. */
  spans(): SentSpan[];
  close(): Promise<void>;
};

/** `replyTo` is asked for each delivery. Rejects when the port is taken. */
export async function startCollector(replyTo: (delivery: Delivery) => Reply = () => undefined, port = 0) {
  const deliveries: Delivery[] = [];
  const server = createServer(async (request, response) => {
    const delivery = await readDelivery(request);
    deliveries.push(delivery);
    const reply = replyTo(delivery);
    if (reply !== "hang") answer(response, reply ?? { status: 200, body: {} });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const stand_in: StandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    deliveries,
    spans: () => deliveries.flatMap(({ spans }) => spans),
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
  return stand_in;
}

/** Attributes as an object: integers as numbers. */
export function attributesIn(attributes: SentAttribute[]): Record<string, string | number> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)] as const),
  );
}

async function readDelivery(request: IncomingMessage): Promise<Delivery> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const { resourceSpans: resources } = JSON.parse(gunzipSync(Buffer.concat(chunks)).toString("utf8")) as {
    resourceSpans: SentResource[];
  };
  const spans = resources.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  return { path: request.url ?? "", headers: request.headers, resources, spans };
}

function answer(response: ServerResponse, { status, headers, body }: Exclude<Reply, "hang" | undefined>): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body ?? {}));
}
