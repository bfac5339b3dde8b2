// Whether anybody listens: a TCP connection opened and closed again, under the same rules as any other.
import { type Opening, openSocket, refusalOf } from "./open-socket.ts";
import { targetOf } from "./target.ts";

/** Rejects when there is no connection within the time, or may be none. TLS is not spoken. */
export function reach(origin: URL, opening: Omit<Opening, "tls">): Promise<void> {
  const plain = { ...targetOf(origin), secure: false };
  const refused = refusalOf(plain, opening.check);
  if (refused) return Promise.reject(refused);
  return new Promise((resolve, reject) => {
    const socket = openSocket(
      plain,
      {
        onOpen() {
          resolve();
          socket.destroy();
        },
        onBytes: () => undefined,
        onDrain: () => undefined,
        onClosed: (error) => reject(error ?? new Error("the connection ended while it was opened")),
      },
      { ...opening, tls: undefined },
    );
  });
}
