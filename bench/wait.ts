// Free ports, and waiting until somebody listens on one.
import { connect, createServer } from "node:net";

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

/** Rejects after `within_ms`. */
export async function waitForPort(port: number, within_ms = 15_000): Promise<void> {
  const until = Date.now() + within_ms;
  while (!(await accepts(port))) {
    if (Date.now() > until) throw new Error(`nothing listens on port ${port} after ${within_ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
