// An upstream that tells what it was asked, and a call of one route with its record.
import type { PlanRoute } from "@holdfast/contract";
import { request, talk, upstream, world } from "./world.ts";

/** Answers with what it was asked, as JSON, and counts. */
export async function echo() {
  let calls = 0;
  const place = await upstream(async (incoming, response) => {
    calls++;
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method, url, headers } = incoming;
    response.setHeader("content-type", "application/json").setHeader("etag", '"a"');
    response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString() }));
  });
  return { ...place, calls: () => calls };
}

export type Echo = { method: string; url: string; headers: Record<string, string>; body: string };

export const post = (path: string, body: string, type = "application/json") =>
  request(`POST ${path}`, [`Content-Type: ${type}`, `Content-Length: ${Buffer.byteLength(body)}`], body);

export async function ask(route: PlanRoute, text: string) {
  const { port, record } = await world({ routes: [route] });
  const answer = await talk(port, { pieces: [text] });
  return { answer, record: await record() };
}
