// A gateway before an HTTP/2 upstream.
import type { PlanRoute } from "@holdfast/contract";
import { authority } from "./certificates.ts";
import { h2Client, type OnStream, shopCertificate, TLS } from "./h2-parts.ts";
import { routeTo, world } from "./world.ts";

export const ca = authority("Test authority");
export const CERTIFICATE = shopCertificate(ca);

export function routeOverH2(url: string, more: Partial<PlanRoute> = {}): PlanRoute {
  return routeTo(url, {
    releases: [{ name: "v1", weight: 1, targets: [{ url, protocol: url.startsWith("https") ? "h2" : "h2c" }] }],
    ...more,
  });
}

export async function behind(url: string, more: Partial<PlanRoute> = {}) {
  const made = await world({ routes: [routeOverH2(url, more)], certificates: [CERTIFICATE], tls: TLS });
  return { ...made, client: () => h2Client(made.gateway.tls_port as number, ca.certificate) };
}

/** Answers with what it was asked, as JSON. */
export const echo: OnStream = async (stream, headers) => {
  const pieces: Buffer[] = [];
  for await (const chunk of stream) pieces.push(chunk as Buffer);
  stream.respond({ ":status": 200, "set-cookie": ["a=1", "b=2"] });
  stream.end(JSON.stringify({ headers: { ...headers }, body: Buffer.concat(pieces).toString() }));
};

export type Echo = { headers: Record<string, string>; body: string };

export const GET = { ":authority": "shop.example.com", ":path": "/orders/1" };
export const PUT = { ...GET, ":method": "PUT" };
