// Killed while people write: what was acknowledged is there again, and so is the process. Thirty rounds and their figures are in
// docs/measurements/kill-9.md.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { json, type SmallServer, serve } from "../../apps/holdfast/demo/http-server.ts";
import { killRound } from "./kill-run.ts";

let data_dir: string;
let upstream: SmallServer;

beforeAll(async () => {
  data_dir = await mkdtemp(join(tmpdir(), "holdfast-kill-"));
  upstream = await serve({ host: "127.0.0.1", port: 0 }, async () => json(200, {}));
});

afterAll(async () => {
  await upstream.close();
  await rm(data_dir, { recursive: true });
});

test.each([
  { round: 1, write_ms: 700 },
  { round: 2, write_ms: 1_300 },
  { round: 3, write_ms: 2_000 },
])("round $round: killed after $write_ms ms of writing", { timeout: 60_000 }, async ({ round, write_ms }) => {
  const { wrote, lost, started_ms, ready_ms } = await killRound(
    { data_dir, upstream, is_first: round === 1 },
    write_ms,
  );
  expect(lost).toEqual({ feedback: 0, issues: 0, settings: 0, calls: 0 });
  expect(wrote.feedback).toBeGreaterThan(0);
  expect(wrote.issues).toBeGreaterThan(0);
  expect(wrote.settings).toBeGreaterThan(0);
  expect(wrote.calls).toBeGreaterThan(10);
  // Five seconds on a machine of its own; where other tests take the processor, no worse than a start after a clean stop.
  expect(ready_ms).toBeLessThan(Math.max(5_000, 2 * started_ms));
});
