// The listener on bare sockets, in our own HTTP/1.1. One timer for all connections: times are kept to within a second.
import { createServer, type Socket } from "node:net";
import { Roster } from "@holdfast/base";
import { dateLine, type Listening, listen } from "../listen.ts";
import type { Listener, ListenerOptions } from "../listener.ts";
import { Connection, type Shared } from "./connection.ts";

const SWEEP_MS = 1000;
const SOCKETS = { allowHalfOpen: true, noDelay: true, pauseOnConnect: true };

/** Resolves when the port is listening. */
export async function startLeanListener(options: ListenerOptions): Promise<Listener> {
  const shared: Shared = {
    options,
    connections: new Roster(),
    stopping: false,
    date_line: dateLine(options),
    onGone() {},
  };
  const server = createServer(SOCKETS, (socket: Socket) => {
    shared.connections.add(new Connection(socket, shared));
  });
  const stopSweeping = options.clock.every(SWEEP_MS, () => sweep(shared));
  const listening = await listen(server, options, SOCKETS);
  return {
    port: listening.port,
    shut: () => void listening.close(),
    async stop() {
      await stopServer(listening, shared);
      stopSweeping();
    },
    destroy() {
      for (const connection of shared.connections.all()) connection.destroy();
    },
  };
}

/** Resolves when the last connection has told its exchange that it is gone; the server says so a moment before. */
function stopServer(listening: Listening, shared: Shared): Promise<void> {
  shared.stopping = true;
  return new Promise((resolve) => {
    let closed = false;
    const onGone = (): void => {
      if (closed && shared.connections.size === 0) resolve();
    };
    shared.onGone = onGone;
    void listening.close().then(() => {
      closed = true;
      onGone();
    });
    // Behind it: whoever is told to come again must not come here.
    for (const connection of shared.connections.all()) connection.retire();
  });
}

function sweep(shared: Shared): void {
  shared.date_line = dateLine(shared.options);
  for (const connection of shared.connections.all()) connection.sweep(SWEEP_MS);
}
