// The shop's own web server: its page, the calls of that page, and the mails its customers got. The key of the shop stays here;
// the page calls its own origin, and the answer keeps the reference that the gateway put on it.
import { readFileSync } from "node:fs";
import { type Answer, type Received, type SmallServer, serve } from "./http-server.ts";
import type { KeptMail } from "./mail-sink.ts";

export type ShopWebOptions = {
  host: string;
  port: number;
  gateway_url: string;
  public_port: number;
  key: string;
  mails(): readonly KeptMail[];
};

const PAGE = readFileSync(new URL("./shop.html", import.meta.url), "utf8");
const HTML = { "content-type": "text/html; charset=utf-8" };

export function serveShopWeb(options: ShopWebOptions): Promise<SmallServer> {
  return serve(options, async (received) => {
    if (received.path.startsWith("/api/")) return callGateway(received, options);
    if (received.path === "/mail") return { status: 200, headers: HTML, body: mailPage(options.mails()) };
    if (received.path === "/") return { status: 200, headers: HTML, body: shopPage(received, options.public_port) };
    return { status: 404, headers: HTML, body: "<p>There is no such page." };
  });
}

/** The widget comes from the host that the visitor used, so that the demo also works through a forwarded port. */
function shopPage({ headers }: Received, public_port: number): string {
  const host = /^[\w.-]+/.exec(headers.host ?? "")?.[0] ?? "127.0.0.1";
  return PAGE.replace("PUBLIC_URL", `http://${host}:${public_port}`);
}

async function callGateway(received: Received, { gateway_url, key }: ShopWebOptions): Promise<Answer> {
  const response = await fetch(`${gateway_url}${received.path.slice("/api".length)}`, {
    method: received.method,
    headers: { authorization: `Bearer ${key}`, "content-type": received.headers["content-type"] ?? "application/json" },
    ...(received.method === "GET" || received.method === "HEAD" ? {} : { body: new Uint8Array(received.body) }),
  });
  const headers: Record<string, string> = {};
  for (const name of ["content-type", "x-holdfast-ref", "retry-after"]) {
    const value = response.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  return { status: response.status, headers, body: Buffer.from(await response.arrayBuffer()) };
}

function mailPage(mails: readonly KeptMail[]): string {
  const list = mails.map(
    ({ to, subject, text }) =>
      `<article><h2>${escaped(subject)}</h2><p>To ${escaped(to)}</p><pre style="white-space:pre-wrap">${escaped(text)}</pre></article>`,
  );
  const body =
    list.join("<hr>") || "<p>No mail yet. Leave an address with your feedback, then let the team resolve it.</p>";
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Mails of the demo</title><body style="font:16px/1.5 system-ui;max-width:44rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark">
<h1>Mails</h1><p>What reporters were sent, newest first. <a href="/">Back to the shop</a></p>${body}</body></html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
