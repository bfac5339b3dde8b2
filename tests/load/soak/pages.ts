// The pages that the gateway may keep: what the service says of each, and what its clients expect to read.
import type { IncomingMessage, ServerResponse } from "node:http";

export const PAGES = 4_000;
export const LANGUAGES = ["de", "en", "fr"];
const FILLING = "holdfast ".repeat(5_000);

/** Every second differs by language. */
function variesOf(turn: number): boolean {
  return turn % 2 === 0;
}

/** Every fourth is stale after a second and then confirmed by its tag. */
function isShortLived(turn: number): boolean {
  return turn % 4 === 1;
}

/** 15 to 40 KB. */
export function pageBody(turn: number, language: string): string {
  return `page ${turn} ${variesOf(turn) ? language : "any"} ${FILLING.slice(0, 15_000 + ((turn * 7_919) % 25_000))}`;
}

/** Of all pages in all languages in which they differ. */
export function bytesOfPages(): number {
  const variants = (turn: number): number => (variesOf(turn) ? LANGUAGES.length : 1);
  return Array.from({ length: PAGES }, (_, turn) => pageBody(turn, "de").length * variants(turn)).reduce(
    (a, b) => a + b,
  );
}

export function page(incoming: IncomingMessage, response: ServerResponse): void {
  const turn = Number(incoming.url?.split("/")[2]);
  const tag = `"${turn}"`;
  response.setHeader("cache-control", isShortLived(turn) ? "max-age=1" : "max-age=600");
  if (isShortLived(turn)) response.setHeader("etag", tag);
  if (variesOf(turn)) response.setHeader("vary", "accept-language");
  if (isShortLived(turn) && incoming.headers["if-none-match"] === tag) response.writeHead(304).end();
  else response.end(pageBody(turn, incoming.headers["accept-language"] ?? ""));
}
