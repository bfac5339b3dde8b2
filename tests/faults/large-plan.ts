// What callers notice of it when a large plan is taken up: the whole product, with one caller who asks every few milliseconds while its
// settings change.
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Callers } from "../load/paced-load.ts";
import { eventually } from "../process/eventually.ts";
import { startHoldfastProcess } from "../process/holdfast.ts";

export const LARGE = { routes: 10_000, consumers: 10_000, reloads: 5, calls_per_second: 200 };

export type LargePlanResult = {
  calls: number;
  failed: number;
  /** Of a call while nothing changes, for 10 s. */
  slowest_before_ms: number;
  /** Of a call while a plan is compiled and taken up. */
  slowest_ms: number;
  p99_ms: number;
  /** From the settings file's writing on, the slowest. */
  in_force_after_ms: number;
};

export async function underLargePlan(folder: string, upstream_url: string): Promise<LargePlanResult> {
  const cwd = join(folder, "large");
  await mkdir(cwd);
  const file = join(cwd, "holdfast.yaml");
  await writeFile(file, settings(upstream_url, 0));
  const holdfast = await startHoldfastProcess({ data_dir: join(cwd, "data"), cwd, warm_up: true });
  const callers = new Callers(Number(new URL(holdfast.gateway).port));
  const calls = (seconds: number) => callers.load("/shop/1", LARGE.calls_per_second, seconds);
  const before = await calls(10);
  const during: Awaited<ReturnType<typeof calls>> = [];
  let in_force_after_ms = 0;
  for (let round = 1; round <= LARGE.reloads; round++) {
    const begun = performance.now();
    await writeFile(`${file}.new`, settings(upstream_url, round));
    await rename(`${file}.new`, file);
    let over = false;
    const applied = eventually(
      "the new plan",
      async () => (await fetch(`${holdfast.gateway}/round/${round}`)).status === 200,
    );
    void applied.finally(() => (over = true)).catch(() => undefined);
    while (!over) during.push(...(await calls(0.5)));
    await applied;
    in_force_after_ms = Math.max(in_force_after_ms, performance.now() - begun);
    await sleep(500);
  }
  callers.close();
  await holdfast.stop();
  const slowest = (answers: typeof before) => Math.max(...answers.map(({ ms }) => ms));
  const sorted = during.map(({ ms }) => ms).sort((left, right) => left - right);
  return {
    calls: before.length + during.length,
    failed: [...before, ...during].filter(({ status }) => status !== 200).length,
    slowest_before_ms: slowest(before),
    slowest_ms: slowest(during),
    p99_ms: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
    in_force_after_ms,
  };
}

function settings(upstream_url: string, round: number): string {
  const lines = (count: number, line: (at: number) => string) =>
    Array.from({ length: count }, (_, at) => line(at)).join("");
  return `holdfast: 1
services: { shop: { releases: { v1: { upstreams: [${upstream_url}] } } } }
routes:
  shop: { match: { path: /shop/** }, to: shop, access: public }
  round: { match: { path: /round/${round} }, to: shop, access: public }
${lines(LARGE.routes, (at) => `  other-${at}: { match: { path: /other/${at}/** }, to: shop, access: api-key }\n`)}consumers:
${lines(LARGE.consumers, (at) => `  consumer-${at}: { groups: [many] }\n`)}`;
}
