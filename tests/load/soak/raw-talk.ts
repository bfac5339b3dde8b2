// Clients that say bytes as they are: broken heads, heads that drip, bodies that stop, and silence.
import { connect } from "node:net";

export type Heard = {
  /** 0: nothing was answered. */
  status: number;
  /** From the connection to the first byte of the answer, or to the end without one. */
  after_ms: number;
};

export type Said = {
  first: string;
  /** A byte of this is said each second, as long as nobody answers. */
  dripped?: string;
};

/** Says it over a connection of its own, and ends that when the answer is there. Rejects when the connection fails. */
export function talk(port: number, { first, dripped = "" }: Said): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const began_ms = performance.now();
    let status = 0;
    let after_ms: number | undefined;
    const socket = connect(port, "127.0.0.1", () => socket.write(first));
    let place = 0;
    const dripping = setInterval(() => socket.write(dripped.charAt(place++)), 1000);
    socket.on("data", (bytes: Buffer) => {
      if (after_ms !== undefined) return;
      after_ms = performance.now() - began_ms;
      status = Number(bytes.toString("latin1", 9, 12));
      clearInterval(dripping);
      socket.end();
    });
    socket.on("error", reject);
    socket.on("close", () => {
      clearInterval(dripping);
      resolve({ status, after_ms: after_ms ?? performance.now() - began_ms });
    });
  });
}
