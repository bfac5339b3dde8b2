// A thread with an upstream that sends events without a pause, and with clients that read them as fast as they come: load from outside
// of the event loop in which the gateway under test runs.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { closeLater } from "./world.ts";

const THREAD = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { connect, createServer } = require("node:net");
  const data = Buffer.from(workerData.frame.repeat(workerData.frames));
  const chunk = Buffer.concat([Buffer.from(data.length.toString(16) + "\\r\\n"), data, Buffer.from("\\r\\n")]);
  const head = "HTTP/1.1 200 OK\\r\\nContent-Type: text/event-stream\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n";
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => {
      socket.write(head);
      const more = () => {
        while (!socket.destroyed) if (!socket.write(chunk)) return socket.once("drain", more);
      };
      more();
    });
  });
  const counted = new Int32Array(workerData.shared);
  parentPort.on("message", ({ port, request }) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(request));
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => Atomics.add(counted, 0, bytes.length >> 10));
  });
  server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
`;

export type Chatter = {
  url: string;
  /** Sends `request` to `port` and reads whatever comes. */
  read(port: number, request: string): void;
  /** What all readers have read so far. */
  read_kib(): number;
};

/** `frame`: one event; a chunk of the answer has as many as make 16 KiB. */
export async function startChatter(frame: string): Promise<Chatter> {
  const shared = new SharedArrayBuffer(4);
  const frames = Math.ceil((16 * 1024) / frame.length);
  const worker = new Worker(THREAD, { eval: true, workerData: { frame, frames, shared } });
  closeLater(async () => void (await worker.terminate()));
  const [port] = (await once(worker, "message")) as [number];
  return {
    url: `http://127.0.0.1:${port}`,
    read: (to, request) => worker.postMessage({ port: to, request }),
    read_kib: () => Atomics.load(new Int32Array(shared), 0),
  };
}
