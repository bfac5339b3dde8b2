// What all listeners do alike: listening, and the Date of their answers.
import type { Server } from "node:net";
import type { ListenerOptions } from "./listener.ts";

/** Connections that wait to be accepted; the system may allow fewer (net.core.somaxconn). */
const BACKLOG = 4096;

/** Resolves when the port is listening; rejects when it cannot be. */
export function listen(server: Server, { host, port, reuse_port }: ListenerOptions): Promise<void> {
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
