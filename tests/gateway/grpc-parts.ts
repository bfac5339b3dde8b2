// A gateway before a gRPC service, and messages as gRPC frames them.
import type { ClientHttp2Stream, IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { PlanRoute } from "@holdfast/contract";
import { authority } from "./certificates.ts";
import { h2Client, h2Upstream, shopCertificate, TLS } from "./h2-parts.ts";
import { routeTo, world } from "./world.ts";

const ca = authority("Test authority");
const CERTIFICATE = shopCertificate(ca);

/** One message as gRPC frames it: a flag, a length, the bytes. */
export function message(text: string): Buffer {
  const bytes = Buffer.from(text);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

export function messagesIn(body: Buffer): string[] {
  const found: string[] = [];
  for (let at = 0; at + 5 <= body.length; ) {
    const length = body.readUInt32BE(at + 1);
    found.push(body.toString("utf8", at + 5, at + 5 + length));
    at += 5 + length;
  }
  return found;
}

type Service = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

/** Begins an answer that ends with this status. */
export function begin(stream: ServerHttp2Stream, status = 0, text?: string): void {
  stream.respond({ ":status": 200, "content-type": "application/grpc+proto" }, { waitForTrailers: true });
  const status_message = text === undefined ? {} : { "grpc-message": text };
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": String(status), ...status_message }));
}

export async function gateway(service: Service, more: Partial<PlanRoute> = {}) {
  const { url } = await h2Upstream(service);
  return gatewayTo(url, more);
}

export async function gatewayTo(url: string, more: Partial<PlanRoute> = {}) {
  const targets = [{ url, protocol: "h2c" as const }];
  const route = routeTo("", { path: "/**", releases: [{ name: "v1", weight: 1, targets }], ...more });
  const made = await world({ routes: [route], certificates: [CERTIFICATE], tls: TLS });
  const client = await h2Client(made.gateway.tls_port as number, ca.certificate);
  const call = (headers: Record<string, string> = {}): ClientHttp2Stream => {
    const stream = client.request({
      ":method": "POST",
      ":path": "/shop.Orders/Get",
      ":authority": "shop.example.com",
      "content-type": "application/grpc+proto",
      te: "trailers",
      ...headers,
    });
    stream.on("error", () => undefined);
    return stream;
  };
  return { ...made, call };
}
