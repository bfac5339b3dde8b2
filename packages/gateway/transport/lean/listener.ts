// The listener on bare sockets, in our own HTTP/1.1. One timer for all connections: times are kept to within a second.
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { dateLine, listen } from "../listen.ts";
import type { Listener, ListenerOptions } from "../listener.ts";
import { Connection, type Shared } from "./connection.ts";

const SWEEP_MS = 1000;

/** Resolves when the port is listening. */
export async function startLeanListener(options: ListenerOptions): Promise<Listener> {
  const shared: Shared = {
    options,
    connections: new Set(),
    stopping: false,
    date_line: dateLine(options),
    onGone() {},
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (socket: Socket) => {
    shared.connections.add(new Connection(socket, shared));
  });
  const stopSweeping = options.clock.every(SWEEP_MS, () => sweep(shared));
  await listen(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      await stopServer(server, shared);
      stopSweeping();
    },
    destroy() {
      for (const connection of shared.connections) connection.destroy();
    },
  };
}

/** Resolves when the last connection has told its exchange that it is gone; the server says so a moment before. */
function stopServer(server: Server, shared: Shared): Promise<void> {
  shared.stopping = true;
  for (const connection of shared.connections) connection.retire();
  return new Promise((resolve) => {
    let closed = false;
    shared.onGone = () => {
      if (closed && shared.connections.size === 0) resolve();
    };
    server.close(() => {
      closed = true;
      shared.onGone();
    });
  });
}

function sweep(shared: Shared): void {
  shared.date_line = dateLine(shared.options);
  for (const connection of shared.connections) connection.sweep(SWEEP_MS);
}
