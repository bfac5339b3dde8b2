// The way out under supervisors: told twice at once it still drains, told again later it stops where it stands.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runHoldfast, startHoldfastProcess } from "../process/holdfast.ts";

let folder: string;
let upstream: Server;
/** Answers the one call that the upstream holds back. */
let held: Promise<ServerResponse>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-stop-"));
  const { promise, resolve } = Promise.withResolvers<ServerResponse>();
  held = promise;
  upstream = createServer((_request, response) => resolve(response));
  await new Promise<void>((listening) => upstream.listen(0, "127.0.0.1", listening));
  const { port } = upstream.address() as AddressInfo;
  await writeFile(
    join(folder, "holdfast.yaml"),
    `holdfast: 1
services: { slow: { releases: { v1: { upstreams: [http://127.0.0.1:${port}] } } } }
routes: { slow: { match: { path: /slow }, to: slow, access: public } }
`,
  );
});

afterEach(async () => {
  upstream.closeAllConnections();
  upstream.close();
  await rm(folder, { recursive: true });
});

const start = () => startHoldfastProcess({ data_dir: join(folder, "data"), cwd: folder });

test.each([["SIGINT"], ["SIGTERM"], ["SIGHUP"]] as const)(
  "%s three times at once lets the running call end",
  async (signal) => {
    const holdfast = await start();
    const call = fetch(`${holdfast.gateway}/slow`);
    const response = await held;
    for (let times = 0; times < 3; times++) {
      process.kill(holdfast.pid, signal);
      await sleep(100);
    }
    response.end("late but whole");
    expect(await (await call).text()).toBe("late but whole");
    expect(await holdfast.exited).toBe(0);
  },
);

test("a second wish to stop is obeyed at once", async () => {
  const holdfast = await start();
  const call = fetch(`${holdfast.gateway}/slow`);
  await held;
  process.kill(holdfast.pid, "SIGINT");
  await sleep(1_200);
  process.kill(holdfast.pid, "SIGINT");
  await expect(call).rejects.toThrow();
  expect(await holdfast.exited).toBe(130);
});

test("a data folder that cannot be says so, and how to choose another", async () => {
  const { exited, output } = runHoldfast(
    [
      "start",
      "--data-dir",
      join(folder, "holdfast.yaml"),
      "--gateway-port",
      "0",
      "--public-port",
      "0",
      "--control-port",
      "0",
    ],
    { cwd: folder },
  );
  expect(await exited).toBe(1);
  expect(output()).toMatch(/cannot start: the data folder .*: a file is in the way\. Choose another with --data-dir/);
});
