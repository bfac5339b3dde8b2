// Runs what transactions asked for, at least once: takes due jobs under a lease, hands them to their handlers, and settles them.
// What a kind of job does is in handlers.ts.
import { type Clock, LIMITS, type Log, scrubText, shorten } from "@holdfast/base";
import type { Job, JobKind, JobQueue } from "@holdfast/contract";
import { pauseAfter } from "./model/pause.ts";

/** "later": nothing failed, but it is too early; ask again. Rejecting means: failed, try again with a longer pause. */
export type Outcome = "done" | "later";
export type JobHandlers = { [Kind in JobKind]: (job: Extract<Job, { kind: Kind }>) => Promise<Outcome> };

export type JobTools = { queue: JobQueue; handlers: JobHandlers; clock: Clock; random: () => number; log: Log };

export type JobRunner = {
  /** Looks for due jobs now instead of at the next poll. Cheap, and may be called at any time. */
  wake(): void;
  /** Takes no more jobs and resolves when the running ones are settled. */
  stop(): Promise<void>;
};

const POLL_MS = 1_000;
/** Longer than any handler takes, so that a job is not run twice while its first run is alive. */
const LEASE_MS = 120_000;
const AT_ONCE = 16;

export function startJobs(tools: JobTools): JobRunner {
  const { clock } = tools;
  const running = new Set<Promise<void>>();
  let taking: Promise<void> | undefined;
  let woken = false;
  let stopped = false;
  /** The last look filled all the room there was. */
  let may_have_more = false;

  /** Each job has a place of its own: one that hangs, as with a mail server that does not answer, holds up no other. */
  async function take(): Promise<void> {
    while (woken && !stopped && running.size < AT_ONCE) {
      woken = false;
      const room = AT_ONCE - running.size;
      const jobs = await takeDue(tools, room);
      for (const job of jobs) begin(job);
      may_have_more = jobs.length === room;
    }
    taking = undefined;
  }

  function begin(job: Job): void {
    const ended = settle(job, tools).then((pause_ms) => {
      running.delete(ended);
      if (pause_ms !== undefined && pause_ms <= POLL_MS) clock.after(pause_ms, wake);
      if (may_have_more) wake();
    });
    running.add(ended);
  }

  function wake(): void {
    woken = true;
    if (!stopped) taking ??= take();
  }

  const cancel = clock.every(POLL_MS, wake);
  wake();
  return {
    wake,
    async stop() {
      stopped = true;
      cancel();
      await taking;
      await Promise.all(running);
    },
  };
}

/** A queue that does not answer is asked again at the next poll. */
async function takeDue({ queue, clock, log }: JobTools, most: number): Promise<Job[]> {
  try {
    return await queue.take(clock.now(), LEASE_MS, most);
  } catch (error) {
    log.error({ error }, "the job queue does not answer");
    return [];
  }
}

/** Never rejects: a job whose end could not be written down is taken again when its lease ends. */
async function settle(job: Job, tools: JobTools): Promise<number | undefined> {
  try {
    return await run(job, tools);
  } catch (error) {
    tools.log.error({ error, job: job.id }, "the end of a job could not be written down; it will run again");
    return undefined;
  }
}

/** Milliseconds until the job is due again; undefined when it is settled for good. */
async function run(job: Job, { queue, handlers, clock, random, log }: JobTools): Promise<number | undefined> {
  const { id, kind, workspace, attempts } = job;
  // The map has a handler of the right type for each kind; the compiler cannot follow the pair.
  const handle = handlers[kind] as (job: Job) => Promise<Outcome>;
  const failure = await handle(job).then(
    (outcome) => (outcome === "done" ? undefined : { outcome, error: new Error("it was too early") }),
    (error: unknown) => ({ outcome: "failed" as const, error }),
  );
  if (!failure) {
    await queue.done(id);
    return undefined;
  }
  const again = attempts < LIMITS.job_attempts_max;
  if (failure.outcome === "failed") {
    const sentence = again ? "a job failed and will be tried again" : "a job failed for the last time and was given up";
    log[again ? "warn" : "error"]({ error: failure.error, job: id, kind, workspace, attempts }, sentence);
  }
  const pause_ms = again ? pauseAfter(attempts, failure.outcome, random()) : undefined;
  await queue.failed(id, describe(failure.error), pause_ms === undefined ? undefined : clock.now() + pause_ms);
  return pause_ms;
}

const ERROR_CHARACTERS_MAX = 500;

/** For a person to read later; what a handler threw may quote what somebody wrote. */
function describe(error: unknown): string {
  return shorten(scrubText(error instanceof Error ? error.message : String(error)), ERROR_CHARACTERS_MAX);
}
