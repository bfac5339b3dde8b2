// A gateway that is asked more than its core can, by callers who do not wait for one another: an open loop over calls that cost so
// much that the second core of a small machine can make three times as many as the first can serve.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PlanRoute } from "@holdfast/contract";
import { PLAIN } from "../../bench/conditions.ts";
import { measureThroughput, writeScript } from "../../bench/load.ts";
import { startNginx, upstreamConfig } from "../../bench/nginx.ts";
import { freePort } from "../../bench/wait.ts";
import type { OpenLoop } from "./open-loop.ts";
import { OTHER_CORE, openLoop, SECRET, startGatewayNode } from "./places.ts";

/** Of every answer the gateway makes another one. */
const EXPRESSION = '{ "length": $length(filling), "sum": $sum([1..300].($ * 2)) }';

const REMADE: Partial<PlanRoute> = {
  transform: {
    response: {
      headers: { set: {}, add: {}, remove: [] },
      status: {},
      body: EXPRESSION,
      other_bodies: "refuse",
    },
  },
};

/** `capacity`: calls a second of 64 callers who wait for their answers. `cpu_us`: of one such call. */
export type CostlyCalls = { capacity: number; cpu_us: number; found: OpenLoop[] };

export type CostlyLoad = { times: readonly number[]; seconds: number; warm_up_seconds: number };

export async function costlyCalls({ times, seconds, warm_up_seconds }: CostlyLoad): Promise<CostlyCalls> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "holdfast-overload-"));
  const service = await startNginx(join(folder, "service"), upstreamConfig(port, folder, PLAIN), port, OTHER_CORE);
  const script = join(folder, "load.lua");
  writeScript(script, PLAIN, SECRET);
  const gateway = await startGatewayNode(port, REMADE);
  const closed = (length_s: number) => {
    const load = { core: OTHER_CORE, connections: PLAIN.connections, seconds: length_s, script };
    return measureThroughput(`http://127.0.0.1:${gateway.port}`, gateway.pid, load);
  };
  await closed(warm_up_seconds);
  const { requests_per_second: capacity, cpu_seconds_per_100k } = await closed(seconds);
  const found: OpenLoop[] = [];
  for (const each of times) {
    const rate = Math.round(capacity * each);
    found.push(await openLoop(gateway.port, { rate, seconds, warm_up_seconds, connections_max: 8000 }));
    console.log("costly calls", each, JSON.stringify(found.at(-1)));
  }
  await Promise.all([gateway.stop(), service.stop()]);
  rmSync(folder, { recursive: true, force: true });
  return { capacity, cpu_us: cpu_seconds_per_100k * 10, found };
}
