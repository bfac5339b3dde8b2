// What stands behind a gateway that warms up.
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

export type Services = { answering: number; silent: number; close(): void };

/** Ports of a service that answers, and of one that takes connections and says nothing. Rejects when they cannot listen. */
export async function openServices(host: string): Promise<Services> {
  const answering = createHttpServer((_, response) => void response.end("{}"));
  const taken = new Set<Socket>();
  const silent = createServer((socket) => {
    taken.add(socket);
    // Read, or it would not be noticed that the gateway has given the connection up.
    socket.resume();
    socket.on("error", forget).on("close", forget);
    function forget(): void {
      taken.delete(socket);
    }
  });
  const [answering_port, silent_port] = await Promise.all([listen(answering, host), listen(silent, host)]);
  return {
    answering: answering_port,
    silent: silent_port,
    close() {
      answering.close();
      answering.closeAllConnections();
      silent.close();
      for (const socket of taken) socket.destroy();
    },
  };
}

function listen(server: Server, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, () => resolve((server.address() as AddressInfo).port));
  });
}
