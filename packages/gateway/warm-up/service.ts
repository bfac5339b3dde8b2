// The service behind a gateway that warms up.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type Service = { port: number; close(): void };

/** Answers `/answered`, and nothing else. Rejects when it cannot listen. */
export function openService(host: string): Promise<Service> {
  const server = createServer((request, response) => {
    if (request.url === "/answered") response.end("{}");
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, () => {
      const { port } = server.address() as AddressInfo;
      resolve({
        port,
        close() {
          server.close();
          server.closeAllConnections();
        },
      });
    });
  });
}
