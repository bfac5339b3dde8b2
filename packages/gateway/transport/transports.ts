// The two ways to speak HTTP/1.1, and what belongs together: a listener and the origins of upstreams. HTTP/2 is one for both (h2/).
import type { WorkspaceName } from "@holdfast/base";
import type { UpstreamProtocol } from "@holdfast/contract";
import type { Connections, Dialer, OutgoingPool, PoolOptions, WirePool } from "@holdfast/net";
import { h2Origin } from "./h2/upstream.ts";
import { startLeanListener } from "./lean/listener.ts";
import { leanOrigin } from "./lean/upstream.ts";
import { flushTexts } from "./lean/write-text.ts";
import type { Listener, ListenerOptions } from "./listener.ts";
import { startNodeListener } from "./node-listener.ts";
import { undiciOrigin } from "./undici-upstream.ts";
import type { UpstreamOrigin } from "./upstream.ts";

/** lean: our own codec on bare sockets. node: `node:http` and undici. */
export type TransportName = "lean" | "node";

export type Transport = {
  startListener(options: ListenerOptions): Promise<Listener>;
  /** Hands over what is held back for open connections until a turn of the event loop ends. */
  flush(): void;
  /** The pool must be released once. */
  open(connections: Connections, workspace: WorkspaceName, url: URL, options: OpenOptions): OpenedOrigin;
};

/** `protocol` left out: HTTP/1.1. */
type OpenOptions = PoolOptions & { protocol?: UpstreamProtocol | undefined };

export type OpenedOrigin = { pool: OutgoingPool | WirePool | Dialer; origin: UpstreamOrigin };

export const TRANSPORTS: Record<TransportName, Transport> = {
  lean: {
    startListener: startLeanListener,
    flush: flushTexts,
    open(connections, workspace, url, { protocol, ...options }) {
      if (protocol !== undefined) return openH2(connections, workspace, url, options);
      const pool = connections.wires(workspace, url.origin, options);
      return { pool, origin: leanOrigin(pool, url.host, nameOf(url)) };
    },
  },
  node: {
    startListener: startNodeListener,
    flush: () => undefined,
    open(connections, workspace, url, { protocol, ...options }) {
      if (protocol !== undefined) return openH2(connections, workspace, url, options);
      const pool = connections.pool(workspace, url.origin, options);
      return { pool, origin: undiciOrigin(pool, nameOf(url)) };
    },
  },
};

/** Both speak HTTP/2 in the same way: with TLS by agreement (ALPN), without it by knowing before. */
function openH2(connections: Connections, workspace: WorkspaceName, url: URL, options: PoolOptions): OpenedOrigin {
  const pool = connections.dialer(workspace, url.origin, { ...options, alpn: "h2" });
  return { pool, origin: h2Origin(pool, url.host, nameOf(url)) };
}

/** host:port, for records. */
function nameOf(url: URL): string {
  return `${url.hostname}:${url.port || (url.protocol === "https:" ? "443" : "80")}`;
}
