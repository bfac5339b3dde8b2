// Upstreams on a thread of their own, so that who measures latencies has nothing else to do: one that answers at once, one that takes
// its time, and one that takes connections and never says a word.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { systemClock } from "@holdfast/base";
import { json, serve } from "../../apps/holdfast/demo/http-server.ts";

export const WORK_MS = 5;

export type UpstreamsBeside = { at_once: string; at_work: string; mute: string; close(): Promise<void> };

export async function startUpstreamsBeside(): Promise<UpstreamsBeside> {
  const worker = new Worker(new URL(import.meta.url));
  const [ports] = (await once(worker, "message")) as [{ at_once: number; at_work: number; mute: number }];
  return {
    at_once: `http://127.0.0.1:${ports.at_once}`,
    at_work: `http://127.0.0.1:${ports.at_work}`,
    mute: `http://127.0.0.1:${ports.mute}`,
    close: async () => void (await worker.terminate()),
  };
}

if (!isMainThread && parentPort) {
  const place = { host: "127.0.0.1", port: 0 };
  const at_once = await serve(place, async () => json(200, {}));
  const at_work = await serve(place, async () => {
    await systemClock.sleep(WORK_MS);
    return json(200, {});
  });
  const mute = createServer((socket) => void socket.on("error", () => undefined).resume()).listen(0, "127.0.0.1");
  await once(mute, "listening");
  parentPort.postMessage({ at_once: at_once.port, at_work: at_work.port, mute: (mute.address() as AddressInfo).port });
}
