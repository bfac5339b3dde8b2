// Looks at every subject that has something to roll back to, every two seconds, and hands what it sees to incidents. What counts
// as bad is decided in `detection`, what follows in `incidents`.
import { type Instant, Problem, type WorkspaceName } from "@holdfast/base";
import type { MeasureRow, PlanModel, PlanRollback, PlanRoute } from "@holdfast/contract";
import { detectErrorRatio, type FindingDraft, type LookSeries, nextLook } from "@holdfast/detection";
import type { Services } from "./services.ts";

const LOOK_EVERY_MS = 2_000;

export type DetectionTools = Pick<Services, "clock" | "log" | "plans" | "calls" | "incidents">;
export type DetectionLoop = { stop(): Promise<void> };

type Watched = (PlanRoute | PlanModel) & { rollback: PlanRollback };

export function startDetection(tools: DetectionTools): DetectionLoop {
  const watch = new Watch(tools);
  let looking: Promise<void> | undefined;
  const cancel = tools.clock.every(LOOK_EVERY_MS, () => {
    // A look that takes longer than its turn is not doubled: the next one begins when it is done.
    looking ??= watch.look().finally(() => {
      looking = undefined;
    });
  });
  return {
    async stop() {
      cancel();
      await looking;
    },
  };
}

class Watch {
  readonly #tools: DetectionTools;
  /** Looks by release: each look may spend only a part of the false alarms that are allowed in all. */
  readonly #series = new Map<string, LookSeries>();
  #is_blind = false;

  constructor(tools: DetectionTools) {
    this.#tools = tools;
  }

  /** Never rejects. A subject that cannot be looked at does not keep the others from being looked at. */
  async look(): Promise<void> {
    const watched = watchedSubjects(this.#tools.plans.current());
    this.#forget(watched);
    for (const subject of watched) {
      try {
        await this.#lookAt(subject);
        this.#seesAgain();
      } catch (error) {
        if (error instanceof Problem && error.code === "telemetry_unavailable") return this.#holds(error);
        const { workspace, subject: name } = subject;
        this.#tools.log.error({ error, workspace, subject: name }, "a subject could not be judged");
      }
    }
  }

  async #lookAt({ workspace, subject, rollback, releases }: Watched): Promise<void> {
    const until = this.#tools.clock.now();
    const from = until - rollback.window_ms;
    const rows = await this.#tools.calls.measures(workspace, { from, until, subject });
    for (const { name } of releases) {
      if (name === rollback.against) continue;
      const tested = sampleOf(rows, name);
      // Nothing to judge: such a look spends nothing of the allowance.
      if (tested.calls < rollback.least_calls) continue;
      const look = this.#nextLook(workspace, subject, name, until);
      const baseline = sampleOf(rows, rollback.against);
      const seen = detectErrorRatio({ subject, from, until, tested, baseline, look }, rollback);
      if (seen) await this.#tell(workspace, seen);
    }
  }

  async #tell(workspace: WorkspaceName, seen: FindingDraft): Promise<void> {
    const { finding, action } = await this.#tools.incidents.observe(workspace, seen);
    if (action)
      this.#tools.log.warn({ workspace, finding: finding.id, action: action.id }, "traffic was shifted by itself");
  }

  #nextLook(workspace: WorkspaceName, subject: string, release: string, now: Instant): number {
    const key = seriesKey(workspace, subject, release);
    const series = nextLook(this.#series.get(key), now);
    this.#series.set(key, series);
    return series.looks;
  }

  /** Series of releases that are no longer watched. */
  #forget(watched: readonly Watched[]): void {
    const known = new Set(
      watched.flatMap(({ workspace, subject, releases }) =>
        releases.map(({ name }) => seriesKey(workspace, subject, name)),
      ),
    );
    for (const key of this.#series.keys()) if (!known.has(key)) this.#series.delete(key);
  }

  /** Missing data is not bad news: nothing is decided until calls can be seen again. Said once, not every two seconds. */
  #holds(error: Problem): void {
    if (!this.#is_blind) this.#tools.log.warn({ error }, "calls cannot be seen; detection holds");
    this.#is_blind = true;
  }

  #seesAgain(): void {
    if (this.#is_blind) this.#tools.log.info({}, "calls can be seen again; detection goes on");
    this.#is_blind = false;
  }
}

function watchedSubjects({ routes, models }: { routes: PlanRoute[]; models: PlanModel[] }): Watched[] {
  return [...routes, ...models].filter(
    (subject): subject is Watched => subject.rollback !== undefined && subject.releases.length > 1,
  );
}

function sampleOf(rows: readonly MeasureRow[], release: string): { release: string; calls: number; errors: number } {
  const row = rows.find((one) => one.release === release);
  return { release, calls: row?.calls ?? 0, errors: row?.errors ?? 0 };
}

function seriesKey(workspace: WorkspaceName, subject: string, release: string): string {
  return `${workspace} ${subject} ${release}`;
}
