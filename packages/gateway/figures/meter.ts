// Counts the calls of one gateway worker by subject and release. A call costs a few additions: nothing is looked up by text, and
// nothing is made, that was there before. Series are bounded; what is beyond counts together.
import { LIMITS } from "@holdfast/base";
import { CACHE_USES, type CallFigures, DURATION_BUCKETS_S, STATUS_CLASSES } from "@holdfast/contract";
import type { Call } from "../pipeline/call.ts";

const BUCKETS_US = DURATION_BUCKETS_S.map((seconds) => seconds * 1e6);

/** Counts of one release of one subject. */
class Meter {
  readonly workspace: string;
  readonly subject: string;
  readonly release: string;
  readonly #statuses = new Float64Array(STATUS_CLASSES.length);
  readonly #durations = new Float64Array(BUCKETS_US.length + 1);
  readonly #cache = new Float64Array(CACHE_USES.length);
  readonly #refusals = new Map<string, number>();
  readonly #upstream_errors = new Map<string, number>();
  #duration_sum_us = 0;
  #request_bytes = 0;
  #response_bytes = 0;

  constructor(workspace: string, subject: string, release: string) {
    this.workspace = workspace;
    this.subject = subject;
    this.release = release;
  }

  count(call: Call, duration_us: number): void {
    const { status, outcome } = call;
    // An index out of bounds is ignored by typed arrays, as it should be: such a status does not exist.
    (this.#statuses[Math.floor(status / 100) - 2] as number)++;
    (this.#durations[bucketOf(duration_us)] as number)++;
    this.#duration_sum_us += duration_us;
    this.#request_bytes += call.request_bytes;
    this.#response_bytes += call.response_bytes;
    if (call.cache !== undefined) (this.#cache[CACHE_USES.indexOf(call.cache)] as number)++;
    if (call.refused_by !== undefined) add(this.#refusals, call.refused_by);
    if (outcome !== undefined && status >= 500 && outcome.startsWith("upstream_")) add(this.#upstream_errors, outcome);
  }

  read(): CallFigures {
    return {
      workspace: this.workspace,
      subject: this.subject,
      release: this.release,
      statuses: [...this.#statuses],
      durations: [...this.#durations],
      duration_sum_s: this.#duration_sum_us / 1e6,
      request_bytes: this.#request_bytes,
      response_bytes: this.#response_bytes,
      cache: [...this.#cache],
      refusals: Object.fromEntries(this.#refusals),
      upstream_errors: Object.fromEntries(this.#upstream_errors),
    };
  }
}

function bucketOf(duration_us: number): number {
  let bucket = 0;
  while (bucket < BUCKETS_US.length && duration_us > (BUCKETS_US[bucket] as number)) bucket++;
  return bucket;
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** The meters of one subject: few, so they are looked through. The first is that of calls without a release. */
export type SubjectMeters = readonly Meter[];

export class CallMeters {
  readonly #meters = new Map<string, Meter>();
  readonly #rest = new Meter("", "", "");

  /** Once for each subject of a plan; counts go on where an earlier plan had the same. */
  of(workspace: string, subject: string, releases: readonly string[]): SubjectMeters {
    return ["", ...releases].map((release) => this.#meter(workspace, subject, release));
  }

  #meter(workspace: string, subject: string, release: string): Meter {
    const key = `${workspace}/${subject}/${release}`;
    const known = this.#meters.get(key);
    if (known) return known;
    if (this.#meters.size >= LIMITS.figures_series_max) return this.#rest;
    const meter = new Meter(workspace, subject, release);
    this.#meters.set(key, meter);
    return meter;
  }

  count(call: Call, duration_us: number): void {
    const { subject, release } = call;
    meterOf(subject?.meters, release?.name, this.#rest).count(call, duration_us);
  }

  read(): CallFigures[] {
    return [...this.#meters.values(), this.#rest].map((meter) => meter.read()).filter(hasCalls);
  }
}

function meterOf(meters: SubjectMeters | undefined, release: string | undefined, rest: Meter): Meter {
  if (meters === undefined) return rest;
  if (release !== undefined)
    for (let index = 1; index < meters.length; index++)
      if ((meters[index] as Meter).release === release) return meters[index] as Meter;
  return meters[0] as Meter;
}

function hasCalls({ durations }: CallFigures): boolean {
  return durations.some((count) => count > 0);
}
