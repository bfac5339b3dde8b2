// Somebody who changes the settings again and again while everybody calls: a route comes, another goes, and some versions are broken.
import { rename, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "../../process/eventually.ts";
import type { HoldfastProcess } from "../../process/holdfast.ts";
import { Line, unlessStatus } from "./asking.ts";
import { type Tally, UNMATCHED } from "./kind.ts";
import { extraRoute, isBroken, type Ports, settings } from "./settings.ts";

export type Reloads = { applied: number; refused: number; stop(): Promise<void> };

const NAME = "the route of a new version";
const RELOADS = "new versions of the settings";

type Scene = { holdfast: HoldfastProcess; file: string; ports: Ports; tally: Tally; every_ms: number };

export function keepReloading(scene: Scene): Reloads {
  const line = new Line(Number(new URL(scene.holdfast.gateway).port), 1);
  const stopping = new AbortController();
  const reloads: Reloads = {
    applied: 0,
    refused: 0,
    async stop() {
      stopping.abort();
      await running;
      line.close();
    },
  };
  const running = reloadUntil(stopping.signal, scene, async (round) => {
    scene.tally.made(RELOADS, undefined);
    await reload(scene, line, round);
    reloads[isBroken(round) ? "refused" : "applied"]++;
  });
  return reloads;
}

async function reloadUntil(signal: AbortSignal, scene: Scene, step: (round: number) => Promise<void>): Promise<void> {
  for (let round = 1; ; round++) {
    await sleep(scene.every_ms, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    await step(round).catch((error: Error) => scene.tally.failed(RELOADS, error.message));
  }
}

/** Resolves when the version is in force everywhere that `line` leads, or is refused. */
async function reload({ holdfast, file, ports, tally }: Scene, line: Line, round: number): Promise<void> {
  const refusals = (): number => holdfast.output().split("the settings file is refused").length - 1;
  const before = refusals();
  await writeFile(`${file}.new`, settings(round, ports));
  await rename(`${file}.new`, file);
  if (isBroken(round)) await eventually("the refusal", () => refusals() > before);
  else await eventually("the new route", () => isThere(line, tally, extraRoute(round)));
}

/** A call of the new route, which nobody knows until it is there. */
async function isThere(line: Line, tally: Tally, { name, path }: { name: string; path: string }): Promise<boolean> {
  const answer = await line.ask({ path });
  tally.made(NAME, answer.status === 404 ? UNMATCHED : `routes.${name}`);
  if (answer.status === 404) return false;
  const reason = unlessStatus(200, answer);
  if (reason !== undefined) tally.failed(NAME, reason);
  return true;
}
