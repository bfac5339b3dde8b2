// Moves promotions on, every two seconds, and finishes actions that a process left half done. What becomes of a promotion is decided
// in `incidents`; its state is in the database, so a restart goes on where the last process stopped.
import { Problem } from "@holdfast/base";
import type { Services } from "./services.ts";

const LOOK_EVERY_MS = 2_000;

export type ReleaseTools = Pick<Services, "clock" | "log" | "promotions" | "plans">;

export type ReleaseLoop = { stop(): Promise<void> };

export function startReleases({ clock, log, promotions, plans }: ReleaseTools): ReleaseLoop {
  let looking: Promise<void> | undefined;
  const cancel = clock.every(LOOK_EVERY_MS, () => {
    // A look that takes longer than its turn is not doubled.
    looking ??= look().finally(() => {
      looking = undefined;
    });
  });

  /** Never rejects. A workspace that cannot be looked at does not keep the others from being looked at. */
  async function look(): Promise<void> {
    // Every workspace of the plan has a key, with or without routes.
    for (const workspace of Object.keys(plans.current().reference_keys)) {
      try {
        await promotions.look(workspace);
      } catch (error) {
        // Somebody was faster: the next look sees what they did.
        const overtaken = error instanceof Problem && error.code === "conflict";
        log[overtaken ? "info" : "error"]({ error, workspace }, "promotions could not be moved on");
      }
    }
  }

  return {
    async stop() {
      cancel();
      await looking;
    },
  };
}
