// Vitest's global setup: one process per run that starts each part on first demand and stops all of them at the end.
// Test files run in processes of their own and ask for parts over loopback HTTP.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestProject } from "vitest/node";
import { openChromium } from "./chromium.ts";
import type { OpenPart, PartName, Provided } from "./parts.ts";
import { openPostgres } from "./postgres.ts";
import { findProgram } from "./programs.ts";
import { openRedis } from "./redis.ts";

const openers: Record<PartName, () => Promise<OpenPart>> = {
  postgres: openPostgres,
  redis: openRedis,
  chromium: openChromium,
  nginx: async () => {
    const place = findProgram("nginx");
    return { provide: async () => ({ place }), close: async () => undefined };
  },
};

/** Called by Vitest before the first test file; what it returns is called after the last. */
export default async function openDoor(project: TestProject): Promise<() => Promise<void>> {
  const opened = new Map<PartName, Promise<OpenPart>>();
  const server = createServer(async (request, response) => {
    const name = request.url?.slice(1) as PartName;
    response.end(JSON.stringify(await provide(name, opened)));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  project.provide("partsDoor", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.close();
    server.closeAllConnections();
    const settled = await Promise.allSettled(opened.values());
    await Promise.all(settled.map((result) => (result.status === "fulfilled" ? result.value.close() : undefined)));
  };
}

async function provide(
  name: PartName,
  opened: Map<PartName, Promise<OpenPart>>,
): Promise<Provided | { missing: string }> {
  try {
    const opening = opened.get(name) ?? openers[name]();
    opened.set(name, opening);
    return await (await opening).provide();
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}
