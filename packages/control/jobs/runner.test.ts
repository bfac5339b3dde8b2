import { LIMITS, type Log, simulatedClock } from "@holdfast/base";
import type { Job, JobQueue } from "@holdfast/contract";
import { expect, test } from "vitest";
import { type JobHandlers, type Outcome, startJobs } from "./runner.ts";

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

type Entry = { job: Job; run_at: number; given_up: boolean; error: string | undefined };

/** A queue in memory that follows the port's words; the real one has its own contract suite in storage. */
function memoryQueue(): JobQueue & { entries: Map<string, Entry>; put(run_at: number): void } {
  const entries = new Map<string, Entry>();
  return {
    entries,
    put(run_at) {
      const id = `job-${entries.size}`;
      const job: Job = {
        id,
        workspace: "acme",
        attempts: 0,
        created_at: run_at,
        kind: "feedback.link",
        payload: { feedback_id: id },
      };
      entries.set(id, { job, run_at, given_up: false, error: undefined });
    },
    async take(now, lease_ms, most) {
      const due = [...entries.values()].filter((entry) => !entry.given_up && entry.run_at <= now).slice(0, most);
      return due.map((entry) => {
        entry.run_at = now + lease_ms;
        entry.job = { ...entry.job, attempts: entry.job.attempts + 1 };
        return entry.job;
      });
    },
    async done(id) {
      entries.delete(id);
    },
    async failed(id, error, run_at) {
      const entry = entries.get(id);
      if (!entry) throw new Error(`no job ${id}`);
      Object.assign(entry, { error, run_at: run_at ?? entry.run_at, given_up: run_at === undefined });
    },
    counts: async () => ({ waiting: entries.size, given_up: 0 }),
  };
}

function setUp(link: (attempt: number, id: string) => Promise<Outcome>) {
  const clock = simulatedClock();
  const start = clock.now();
  const queue = memoryQueue();
  const ran: number[] = [];
  const never = () => Promise.reject(new Error("not of this test"));
  const handlers: JobHandlers = {
    "feedback.link": (job) => {
      ran.push(clock.now() - start);
      return link(job.attempts, job.id);
    },
    "report.tell": never,
    "mail.send": never,
  };
  const runner = startJobs({ queue, handlers, clock, random: () => 0.5, log: silent });
  return { clock, start, queue, ran, runner };
}

test("a job runs at the next poll, or at once when the runner is woken", async () => {
  const { clock, start, queue, ran, runner } = setUp(async () => "done");
  await clock.advance(100);
  queue.put(start);
  runner.wake();
  await clock.advance(0);
  expect(ran).toEqual([100]);
  queue.put(start);
  await clock.advance(1_000);
  expect(ran).toEqual([100, 1_000]);
  expect(queue.entries.size).toBe(0);
});

test("what is too early is asked again soon, then more and more slowly", async () => {
  const { clock, start, queue, ran } = setUp(async (attempt) => (attempt < 5 ? "later" : "done"));
  queue.put(start);
  await clock.advance(20_000);
  // Pauses of 250 ms, 1 s, 2 s and 4 s; the long ones end with the poll of the next full second.
  expect(ran).toEqual([1_000, 1_250, 2_250, 5_000, 9_000]);
});

test("a job that always fails is given up after its last attempt, with a scrubbed error", async () => {
  const { clock, start, queue, ran } = setUp(async () => {
    throw new Error("cannot write to mia@example.com");
  });
  queue.put(start);
  await clock.advance(4 * 3_600_000);
  expect(ran).toHaveLength(LIMITS.job_attempts_max);
  const [entry] = queue.entries.values();
  expect(entry?.given_up).toBe(true);
  expect(entry?.error).toContain("cannot write to");
  expect(entry?.error).not.toContain("mia@example.com");
});

test("one failing job does not hold up the others, and a queue that is down is asked again", async () => {
  const { clock, start, queue, ran } = setUp(async () => "done");
  const take = queue.take;
  queue.take = () => Promise.reject(new Error("down"));
  for (let count = 0; count < 40; count++) queue.put(start);
  await clock.advance(3_000);
  expect(ran).toHaveLength(0);
  queue.take = take;
  await clock.advance(1_000);
  expect(ran).toHaveLength(40);
});

test("jobs that hang, as with a mail server that does not answer, keep no other job waiting", async () => {
  const hang = new Promise<Outcome>(() => undefined);
  const { clock, start, queue, ran } = setUp((_, id) => (id === "job-0" ? hang : Promise.resolve("done")));
  queue.put(start);
  await clock.advance(1_000);
  queue.put(start);
  await clock.advance(1_000);
  expect(ran).toEqual([1_000, 2_000]);
});

test("no more jobs run at once than there is room for", async () => {
  const { clock, start, queue, ran } = setUp(() => new Promise<Outcome>(() => undefined));
  for (let count = 0; count < 40; count++) queue.put(start);
  await clock.advance(10_000);
  expect(ran).toHaveLength(16);
});

test("stop waits for what is running and starts nothing more", async () => {
  let finish = (_: Outcome): void => undefined;
  const { clock, start, queue, ran, runner } = setUp(() => new Promise((resolve) => (finish = resolve)));
  queue.put(start);
  await clock.advance(1_000);
  let stopped = false;
  const stopping = runner.stop().then(() => (stopped = true));
  queue.put(start);
  await clock.advance(5_000);
  expect(stopped).toBe(false);
  finish("done");
  await stopping;
  expect(ran).toHaveLength(1);
  expect(queue.entries.size).toBe(1);
});
