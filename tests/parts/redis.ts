// A Redis (or Valkey) for tests: HOLDFAST_TEST_REDIS_URL names one, else `redis-server` on this machine is started.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OpenPart } from "./parts.ts";
import { findProgram, freePort, startServer } from "./programs.ts";

const databasesOfOurOwn = 1024;
/** What a server has unless told otherwise. */
const databasesOfAnyServer = 16;

export async function openRedis(): Promise<OpenPart> {
  const named = process.env.HOLDFAST_TEST_REDIS_URL;
  if (named) return { provide: numbered(named, databasesOfAnyServer), close: async () => undefined };
  const server = await startRedis();
  return { provide: numbered(server.url, databasesOfOurOwn), close: server.stop };
}

function numbered(server: string, count: number): OpenPart["provide"] {
  let next = 0;
  return async () => {
    const url = new URL(server);
    url.pathname = `/${next++ % count}`;
    return { place: url.href };
  };
}

/** A server of the caller's own, for tests that take it away. */
export async function startRedis(port?: number): Promise<{ url: string; port: number; stop(): Promise<void> }> {
  const program = findProgram("redis-server");
  const folder = await mkdtemp(join(tmpdir(), "holdfast-redis-"));
  const at = port ?? (await freePort());
  const settings = {
    port: at,
    bind: "127.0.0.1",
    dir: folder,
    databases: databasesOfOurOwn,
    save: "",
    appendonly: "no",
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const server = await startServer(program, args, at);
  return {
    url: `redis://127.0.0.1:${at}`,
    port: at,
    stop: async () => {
      await server.stop("SIGTERM");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
