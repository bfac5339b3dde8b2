// A gateway that takes HTTP/2 for shop.example.com, and sessions and streams to it.
import { once } from "node:events";
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import type { PlanCertificate } from "@holdfast/contract";
import { authority } from "./certificates.ts";
import { closeLater, routeTo, upstream, world } from "./world.ts";

export const ca = authority("Test authority");
const pair = ca.issue({ name: "shop", hosts: ["shop.example.com"] });
const CERTIFICATE: PlanCertificate = {
  workspace: "acme",
  name: "shop",
  hosts: ["shop.example.com"],
  ...pair,
  default: false,
  expires_at: Date.now() + 1e9,
};

export async function h2World(url: string, more: Parameters<typeof routeTo>[1] = {}) {
  const made = await world({
    routes: [routeTo(url, more)],
    certificates: [CERTIFICATE],
    tls: { port: 0, min_version: "1.2", client_certificates: "none" },
  });
  return { ...made, tls_port: made.gateway.tls_port as number };
}

export async function session(port: number): Promise<ClientHttp2Session> {
  const made = connect(`https://shop.example.com:${port}`, {
    ca: ca.certificate,
    servername: "shop.example.com",
    lookup: (_host, options, found) =>
      options.all ? found(null, [{ address: "127.0.0.1", family: 4 }]) : found(null, "127.0.0.1", 4),
  });
  made.on("error", () => undefined);
  closeLater(async () => made.destroy());
  await once(made, "connect");
  return made;
}

export const HOST = { ":authority": "shop.example.com" };

export async function answerOf(stream: ClientHttp2Stream) {
  const [headers] = (await once(stream, "response")) as [Record<string, string | number>];
  let body = "";
  for await (const chunk of stream) body += String(chunk);
  return { status: headers[":status"], headers, body };
}

/** Answers with what it was asked, as JSON. */
export function echo() {
  return upstream(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method, url, rawHeaders } = incoming;
    response.end(JSON.stringify({ method, url, rawHeaders, body: Buffer.concat(chunks).toString() }));
  });
}
