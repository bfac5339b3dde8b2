// The two ways to speak HTTP/1.1, and what belongs together: a listener and the origins of upstreams.
import type { WorkspaceName } from "@holdfast/base";
import type { Connections, OutgoingPool, PoolOptions, WirePool } from "@holdfast/net";
import { startLeanListener } from "./lean/listener.ts";
import { leanOrigin } from "./lean/upstream.ts";
import type { Listener, ListenerOptions } from "./listener.ts";
import { startNodeListener } from "./node-listener.ts";
import { undiciOrigin } from "./undici-upstream.ts";
import type { UpstreamOrigin } from "./upstream.ts";

/** lean: our own codec on bare sockets. node: `node:http` and undici. */
export type TransportName = "lean" | "node";

export type Transport = {
  startListener(options: ListenerOptions): Promise<Listener>;
  /** The pool must be released once. */
  open(connections: Connections, workspace: WorkspaceName, url: URL, options: PoolOptions): OpenedOrigin;
};

export type OpenedOrigin = { pool: OutgoingPool | WirePool; origin: UpstreamOrigin };

export const TRANSPORTS: Record<TransportName, Transport> = {
  lean: {
    startListener: startLeanListener,
    open(connections, workspace, url, options) {
      const pool = connections.wires(workspace, url.origin, options);
      return { pool, origin: leanOrigin(pool, url.host, nameOf(url)) };
    },
  },
  node: {
    startListener: startNodeListener,
    open(connections, workspace, url, options) {
      const pool = connections.pool(workspace, url.origin, options);
      return { pool, origin: undiciOrigin(pool, nameOf(url)) };
    },
  },
};

/** host:port, for records. */
function nameOf(url: URL): string {
  return `${url.hostname}:${url.port || (url.protocol === "https:" ? "443" : "80")}`;
}
