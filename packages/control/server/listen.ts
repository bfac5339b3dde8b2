// Listens for one app on one address. TLS, if any, is the business of whatever stands in front.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "@holdfast/base";
import { serve } from "@hono/node-server";
import type { Hono } from "hono";
import type { Env } from "../http/context.ts";

export type Listener = {
  port: number;
  /** Takes no new requests; running ones have `within_ms` to end, then their connections are cut. */
  close(within_ms: number): Promise<void>;
};

export function listen(app: Hono<Env>, options: { host: string; port: number; clock: Clock }): Promise<Listener> {
  const { host, port, clock } = options;
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: host, port }) as Server;
    server.once("error", reject);
    server.once("listening", () => {
      const close = (within_ms: number): Promise<void> => stop(server, clock, within_ms);
      resolve({ port: (server.address() as AddressInfo).port, close });
    });
  });
}

function stop(server: Server, clock: Clock, within_ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(within_ms, () => server.closeAllConnections());
    server.close((error) => {
      cancel();
      if (error) reject(error);
      else resolve();
    });
    server.closeIdleConnections();
  });
}
