// What all listeners do alike: listening, and the Date of their answers.
import { type AddressInfo, createServer, type Server, type ServerOpts } from "node:net";
import { LIMITS } from "@holdfast/base";
import type { ListenerOptions } from "./listener.ts";

/** Connections that wait to be accepted, of each socket; the system may allow fewer (net.core.somaxconn). */
const BACKLOG = 4096;

export type Listening = {
  port: number;
  /** Nobody is accepted any more. Resolves when all who were have left; again and again the same. */
  close(): Promise<void>;
};

/**
 * Resolves when the port is listening; rejects when it cannot be. The event loop accepts one connection of a listening socket in each
 * turn, and in an overload turns are long: then new clients would wait for seconds to be let in, or told that they are not. So where
 * a port may have several sockets it has `LIMITS.listening_sockets`. `settings`: of connections, as `server` has them.
 */
export async function listen(server: Server, options: ListenerOptions, settings: ServerOpts): Promise<Listening> {
  await open(server, options);
  const { port } = server.address() as AddressInfo;
  const others = options.reuse_port ? LIMITS.listening_sockets - 1 : 0;
  const doors = Array.from({ length: others }, () => doorTo(server, settings));
  const all = [...doors, server];
  try {
    await Promise.all(doors.map((door) => open(door, { ...options, port })));
  } catch (error) {
    for (const each of all) each.close();
    throw error;
  }
  let closed: Promise<void> | undefined;
  return {
    port,
    close() {
      closed ??= Promise.all(all.map(closeOne)).then(() => undefined);
      return closed;
    },
  };
}

function closeOne(server: Server): Promise<void> {
  return new Promise((resolve) => void server.close(() => resolve()));
}

/** Whoever comes in there has come to `server`. */
function doorTo(server: Server, settings: ServerOpts): Server {
  return createServer(settings, (socket) => server.emit("connection", socket)).on("error", (error) =>
    server.emit("error", error),
  );
}

function open(server: Server, { host, port, reuse_port }: ListenerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, reusePort: reuse_port, backlog: BACKLOG }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** RFC 9110 section 6.6.1. */
export function dateLine({ clock }: ListenerOptions): string {
  return `date: ${new Date(clock.now()).toUTCString()}\r\n`;
}
